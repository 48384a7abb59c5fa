import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CheckedTurn, checkTurn } from '../../src/checks/check-turn.js';
import type { RecordedTurn } from '../../src/checks/replay.js';
import { createSandbox, type Sandbox } from '../../src/engines/dialog/sandbox/sandbox.js';
import { systemClock } from '../../src/time.js';
import { entity, exportOf, message, type NodeSpec, script } from '../engines/dialog/bot-builder.js';
import { createDay, createOutside, NO_OUTSIDE, openBot } from './day.js';

const NODES: Record<string, NodeSpec> = {
  Ask: entity('label', 'Which tea?', 'Note'),
  Note: script('context.code = context.entities.Ask;', 'Tell'),
  Tell: message(['It is {{context.code}}.', 'You get {{context.code}}.'], 'Bye'),
  Bye: message('Bye.', 'end'),
};

let scripts: Sandbox;
let turns: RecordedTurn[];
beforeAll(async () => {
  scripts = createSandbox({ workers: 1, scriptTimeMs: 60_000 });
  await scripts.ready();
  const day = createDay(openBot(exportOf({ tea: NODES }), scripts, createOutside()), scripts, 5);
  for (const words of ['tea', 'green', 'tea', 'black', 'tea', 'white']) await day.say(words);
  turns = day.turns.filter((_, index) => index % 2 === 1);
}, 60_000);
afterAll(() => scripts.close());

const changed = (more: Record<string, NodeSpec>) => {
  const bot = openBot(exportOf({ tea: { ...NODES, ...more } }), scripts, NO_OUTSIDE);
  return async (accepted: Iterable<string> = []): Promise<CheckedTurn['verdict'][]> => {
    const kinds = new Set(accepted);
    const deps = { bot, scripts, clock: systemClock, engineLimitMs: 30_000 };
    return Promise.all(turns.map(async (turn) => (await checkTurn(deps, turn, turn.record.session, kinds)).verdict));
  };
};
const kindsOf = (verdicts: CheckedTurn['verdict'][]) => verdicts.flatMap(({ kinds }) => kinds);
const outcomes = (verdicts: CheckedTurn['verdict'][]) => verdicts.map(({ outcome, node }) => `${outcome} ${node}`);
const all = (text: string) => turns.map(() => text);

describe('an accepted difference', () => {
  it('is the same in all turns, whatever they fill in and whichever content is said', async () => {
    const check = changed({ Tell: message(['Sold out: {{context.code}}.', 'No {{context.code}}.'], 'Bye') });
    const kinds = new Set(kindsOf(await check()));
    expect(kinds.size).toBe(1);
    expect(outcomes(await check(kinds))).toEqual(all('ACCEPTED Tell'));
    const reordered = changed({ Tell: message(['No {{context.code}}.', 'Sold out: {{context.code}}.'], 'Bye') });
    expect(outcomes(await reordered(kinds))).toEqual(all('ACCEPTED Tell'));
  });

  it('is another with other contents, and with one content more', async () => {
    const kinds = kindsOf(await changed({ Tell: message('Sold out.', 'Bye') })());
    expect(outcomes(await changed({ Tell: message('Sold out!', 'Bye') })(kinds))).toEqual(all('DIFFERENT Tell'));
    expect(outcomes(await changed({ Tell: message(['Sold out.', 'Gone.'], 'Bye') })(kinds))).toEqual(
      all('DIFFERENT Tell'),
    );
  });

  it('does not cover another difference of the same turn', async () => {
    const Tell = message('Sold out.', 'Bye');
    const kinds = kindsOf(await changed({ Tell })());
    const both = changed({ Tell, Bye: message('See you.', 'end') });
    const found = await both(kinds);
    expect(outcomes(found)).toEqual(all('DIFFERENT Bye'));
    expect(outcomes(await both([...kinds, ...kindsOf(found)]))).toEqual(all('ACCEPTED Tell'));
    const renamed = script('context.code = context.entities.Ask; context.more = 1;', 'Tell');
    expect(outcomes(await changed({ Tell, Note: renamed })(kinds))).toEqual(all('DIFFERENT Tell'));
  });

  it('is the value where contents stay and values change', async () => {
    const kinds = kindsOf(await changed({ Note: script('context.code = "tea";', 'Tell') })());
    expect(outcomes(await changed({ Note: script('context.code = "tea";', 'Tell') })(kinds))).toEqual(
      all('ACCEPTED Tell'),
    );
    expect(outcomes(await changed({ Note: script('context.code = "";', 'Tell') })(kinds))).toEqual(
      all('DIFFERENT Tell'),
    );
  });

  it('is the way that is taken, where that is another', async () => {
    const tell = NODES.Tell as NodeSpec;
    const check = changed({ Tell: { ...tell, next: 'end' } });
    const kinds = kindsOf(await check());
    expect(outcomes(await check(kinds))).toEqual(all('ACCEPTED Tell'));
    const other = changed({ Tell: { ...tell, next: 'More' }, More: message('More?', 'end') });
    expect((await other(kinds)).every(({ outcome }) => outcome === 'DIFFERENT')).toBe(true);
  });
});
