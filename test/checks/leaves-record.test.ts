import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asItWasSaid } from '../../src/checks/check-turn.js';
import { leavesRecordAt } from '../../src/checks/leaves-record.js';
import type { RecordedTurn } from '../../src/checks/replay.js';
import { createSteps } from '../../src/checks/steps.js';
import { createSandbox, type Sandbox } from '../../src/engines/dialog/sandbox/sandbox.js';
import { systemClock } from '../../src/time.js';
import { entity, exportOf, message, type NodeSpec, script } from '../engines/dialog/bot-builder.js';
import { createDay, createOutside, NO_OUTSIDE, openBot } from './day.js';

const NODES: Record<string, NodeSpec> = {
  Hello: message('Hello.', 'Ask'),
  Ask: entity('label', 'Which tea?', 'Note'),
  Note: script('context.code = context.entities.Ask;', 'Tell'),
  Tell: message('It is {{context.code}}.', 'Bye'),
  Bye: message('Bye.', 'end'),
};

let scripts: Sandbox;
let asking: RecordedTurn;
let answering: RecordedTurn;
beforeAll(async () => {
  scripts = createSandbox({ workers: 1, scriptTimeMs: 60_000 });
  await scripts.ready();
  const day = createDay(openBot(exportOf({ tea: NODES }), scripts, createOutside()), scripts, 5);
  for (const words of ['tea', 'green']) await day.say(words);
  [asking, answering] = day.turns as [RecordedTurn, RecordedTurn];
}, 60_000);
afterAll(() => scripts.close());

async function leaves(turn: RecordedTurn, more: Record<string, NodeSpec>): Promise<string | null> {
  const bot = openBot(exportOf({ tea: { ...NODES, ...more } }), scripts, NO_OUTSIDE);
  const deps = { bot, scripts, clock: systemClock, engineLimitMs: 30_000, follow: createSteps };
  const is = await asItWasSaid(deps, turn, turn.record.session);
  const at = leavesRecordAt(turn.record, is);
  return at === null ? null : (is.steps[at]?.node ?? 'no such step');
}

describe('a turn that is run again leaves what was recorded', () => {
  it('nowhere, where it goes and says the same', async () => {
    expect(await leaves(asking, {})).toBeNull();
    expect(await leaves(answering, {})).toBeNull();
  });

  it('where it says something else', async () => {
    expect(await leaves(asking, { Hello: message('Hi.', 'Ask') })).toBe('Hello');
    expect(await leaves(answering, { Tell: message('Sold out.', 'Bye') })).toBe('Tell');
  });

  it('where it comes to another node, or to one less', async () => {
    const more = { Tell: message('It is {{context.code}}.', 'More'), More: script('context.more = 1;', 'Bye') };
    expect(await leaves(answering, more)).toBe('More');
    expect(await leaves(answering, { Tell: message('It is {{context.code}}.', 'end') })).toBe('Tell');
  });

  it('where it fails', async () => {
    expect(await leaves(answering, { Note: script('nothing.at.all();', 'Tell') })).toBe('Note');
  });
});
