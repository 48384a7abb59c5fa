import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkTurn } from '../../src/checks/check-turn.js';
import type { RecordedTurn } from '../../src/checks/replay.js';
import { createSandbox, type Sandbox } from '../../src/engines/dialog/sandbox/sandbox.js';
import { systemClock } from '../../src/time.js';
import { entity, exportOf, message, type NodeSpec, script } from '../engines/dialog/bot-builder.js';
import { createDay, createOutside, NO_OUTSIDE, openBot } from './day.js';
import { service } from './recorded-bot.js';

const BODY = '{"tea": "{{context.entities.Ask}}"}';
const NODES: Record<string, NodeSpec> = {
  Hello: message('Hello.', 'Ask'),
  Ask: entity('label', 'Which tea?', 'Stock'),
  Stock: service(1, BODY, 'Note'),
  Note: script('context.session.BotUserSession.last = context.entities.Ask; context.code = Math.random();', 'Tell'),
  Tell: message(
    ['There is {{context.Stock.response.body.number}}.', 'We have {{context.Stock.response.body.number}}.'],
    'Bye',
  ),
  Bye: message('Bye {{context.code}}.', 'end'),
};

let scripts: Sandbox;
let turns: RecordedTurn[];
beforeAll(async () => {
  scripts = createSandbox({ workers: 1, scriptTimeMs: 60_000 });
  await scripts.ready();
  const day = createDay(openBot(exportOf({ tea: NODES }), scripts, createOutside()), scripts, 5);
  for (const words of ['tea', 'green', 'tea', 'black', 'what?', 'tea', 'white']) await day.say(words);
  turns = day.turns;
}, 60_000);
afterAll(() => scripts.close());

/** Turns that answer which tea it is; those that ask for it; the one that is not understood. */
const ANSWERING = ['tn-2', 'tn-4', 'tn-7'];
const ASKING = ['tn-1', 'tn-3', 'tn-6'];

async function groups(nodes: Record<string, NodeSpec>): Promise<Record<string, string[]>> {
  const bot = openBot(exportOf({ tea: nodes }), scripts, NO_OUTSIDE);
  const found: Record<string, string[]> = {};
  for (const turn of turns) {
    const { verdict } = await checkTurn({ bot, scripts, clock: systemClock, engineLimitMs: 30_000 }, turn);
    const { outcome, node, message: key } = verdict;
    if (outcome === 'ALIKE') continue;
    const group = `${outcome} at ${node}${key === null ? '' : ` in ${key}`}`;
    found[group] = [...(found[group] ?? []), turn.turnId];
  }
  return found;
}

const changed = (more: Record<string, NodeSpec>) => groups({ ...NODES, ...more });

describe('a check finds', () => {
  it('nothing in the same version, nor in one with more contents to choose from, or in another order', async () => {
    expect(await changed({})).toEqual({});
    const texts = [
      'We have {{context.Stock.response.body.number}}.',
      'Oh.',
      'There is {{context.Stock.response.body.number}}.',
    ];
    expect(await changed({ Tell: message(texts, 'Bye') })).toEqual({});
  });

  it('a changed message, by its node and key', async () => {
    expect(await changed({ Hello: message('Hi.', 'Ask') })).toEqual({
      'DIFFERENT at Hello in ref-dc-0-Hello.prompt': ASKING,
    });
  });

  it('a removed edge, at the node that it led from', async () => {
    expect(await changed({ Tell: { ...(NODES.Tell as NodeSpec), next: 'end' } })).toEqual({
      'DIFFERENT at Tell in ref-dc-0-Bye.prompt': ANSWERING,
    });
  });

  it('a renamed variable, at the script that sets it', async () => {
    const renamed = 'context.session.BotUserSession.latest = context.entities.Ask; context.code = Math.random();';
    expect(await changed({ Note: script(renamed, 'Tell') })).toEqual({ 'DIFFERENT at Note': ANSWERING });
  });

  it('a script that fails, where the other did not', async () => {
    expect(await changed({ Note: script('nothing.at.all();', 'Tell') })).toEqual({ 'FAILING at Note': ANSWERING });
  });

  it('a service that is asked something else: nobody knows what it would have answered', async () => {
    const other = service(1, '{"tea": "{{context.entities.Ask}}", "more": true}', 'Note');
    expect(await changed({ Stock: other })).toEqual({ 'UNKNOWN at Stock': ANSWERING });
  });

  it('a service that nobody asked', async () => {
    const more = { Hello: message('Hello.', 'First'), First: service(1, BODY, 'Ask') };
    expect(await changed(more)).toEqual({ 'UNKNOWN at First': ASKING });
  });
});
