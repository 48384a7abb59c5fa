import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkTurn } from '../../src/checks/check-turn.js';
import type { RecordedTurn } from '../../src/checks/replay.js';
import { createSandbox, type Sandbox } from '../../src/engines/dialog/sandbox/sandbox.js';
import type { DialogState } from '../../src/engines/dialog/state.js';
import type { JsonObject } from '../../src/json.js';
import { systemClock } from '../../src/time.js';
import { agent } from '../engines/dialog/agent-bots.js';
import { call, entity, exportOf, list, message, type NodeSpec, script } from '../engines/dialog/bot-builder.js';
import { EXPORT_NAMES, haveExports, programOf, readExport } from '../engines/dialog/conversation.js';
import { inputFor, waitingNode } from '../engines/dialog/walker.js';
import { createDay, createOutside, NO_OUTSIDE, openBot } from './day.js';
import { service } from './recorded-bot.js';

let scripts: Sandbox;
beforeAll(async () => {
  scripts = createSandbox({ workers: 1, scriptTimeMs: 60_000 });
  await scripts.ready();
}, 60_000);
afterAll(() => scripts.close());

const FILLED = { type: 'formData', formId: 'fm-1', meta: {} } as const;

/** Talks to a bot with inputs that fit what it waits for, mostly. */
async function recordedDay(definition: JsonObject, seed: number, length: number): Promise<RecordedTurn[]> {
  const day = createDay(openBot(definition, scripts, createOutside()), scripts, seed);
  const program = programOf(definition);
  await day.say({ type: 'event', event: 'ON_CONNECT' });
  for (let turn = 0; turn < length; turn += 1) {
    const node = waitingNode(program, day.state as unknown as DialogState | undefined);
    const isFilled = node?.type === 'form' && day.random() < 0.7;
    const data = [{ componentId: 'c-1', input: 'Main St' }];
    await day.say(isFilled ? { ...FILLED, data } : inputFor(node, program, day.random));
  }
  return day.turns;
}

async function verdicts(turns: readonly RecordedTurn[], candidate: JsonObject) {
  const bot = openBot(candidate, scripts, NO_OUTSIDE);
  const found: object[] = [];
  for (const turn of turns) {
    const { verdict } = await checkTurn({ bot, scripts, clock: systemClock, engineLimitMs: 30_000 }, turn);
    if (verdict.outcome !== 'ALIKE') found.push({ turn: turn.turnId, ...verdict });
  }
  return found;
}

const KINDS = [
  ...[
    'message',
    'variants',
    'script',
    'entity',
    'list',
    'service',
    'table',
    'template',
    'number',
    'date',
    'confirmation',
  ],
  ...['call', 'dynamic', 'agent', 'generative', 'form', 'transfer'],
] as const;

/** Nodes of a dialog, each leading to the next one or, by what a script has drawn, to another. */
const dialogs = fc.array(
  fc.record({
    kind: fc.constantFrom(...KINDS),
    skip: fc.nat(3),
  }),
  { minLength: 2, maxLength: 8 },
);

function generated(kinds: readonly { kind: string; skip: number }[]): JsonObject {
  const name = (at: number) => (at < kinds.length ? `N${at}` : 'end');
  const nodes = kinds.map(({ kind, skip }, at): [string, NodeSpec] => {
    const next: NodeSpec['next'] =
      skip === 0
        ? name(at + 1)
        : [
            [{ op: 'greaterthan', field: 'context', value: '0.5', context: 'drawn' }, name(at + 1 + skip)],
            [null, name(at + 1)],
          ];
    return [name(at), specOf(kind, at, next)];
  });
  const aside = { A: message(['Aside {{Math.random()}}', 'Aside']), B: entity('label', 'Why?') };
  return exportOf({ tea: Object.fromEntries(nodes), aside }, { forms: FORMS });
}

const FORMS = [
  {
    _id: 'fm-1',
    refId: 'form-1',
    name: 'Address',
    displayName: 'Address',
    components: [{ _id: 'c-1', metaData: { key: 'street', displayName: 'Street', type: 'textField' } }],
  },
];

function specOf(kind: string, at: number, next: NodeSpec['next']): NodeSpec {
  switch (kind) {
    case 'variants':
      return message([`A${at} {{context.drawn}}`, `B${at} {{Math.random()}}`, `C${at}`], next);
    case 'template':
      return message(`print(JSON.stringify({type: "template", payload: {at: Date.now(), n: Math.random()}}));`, next);
    case 'script':
      return script(`context.drawn = Math.random(); context.v${at} = Date.now();`, next);
    case 'entity':
      return entity('label', `E${at}? {{context.N${at - 1}.response.body.number}}`, next);
    case 'list':
      return list([{ title: 'red' }, { title: 'blue' }], `L${at}?`, next);
    case 'service':
      return service(1, `{"drawn": "{{context.drawn}}", "at": ${at}}`, next);
    case 'number':
    case 'date':
      return entity(kind, `N${at}?`, next);
    case 'confirmation':
      return { type: 'dialogAct', text: 'Sure?', next };
    case 'call':
      return call('aside', next);
    case 'dynamic':
      return { type: 'dynamicIntent', component: { targetIntentName: 'aside' }, next };
    case 'agent':
      return agent({}, next);
    case 'generative':
      return { type: 'generativeai', component: { generativeAI: { prompt: `Say {{context.drawn}} ${at}` } }, next };
    case 'form':
      return { type: 'form', component: { resourceId: 'form-1' }, next };
    case 'transfer':
      return { type: 'intent', component: { type: 'agentTransfer' }, next };
    case 'table':
      return {
        type: 'service',
        component: { serviceType: 'dataTable', payload: { resource: 'dataTable', method: 'query', name: 'teas' } },
        next,
      };
    default:
      return message(`M${at} {{context.drawn}} {{context.N${at - 1}.response.body}}`, next);
  }
}

describe('a version checked against its own recorded turns', () => {
  it('is alike in all of them, whatever its dialogs do', async () => {
    let kept = 0;
    await fc.assert(
      fc.asyncProperty(dialogs, fc.integer(), async (kinds, seed) => {
        const definition = generated(kinds);
        const turns = await recordedDay(definition, seed, 6);
        kept += turns.length;
        expect(await verdicts(turns, definition)).toEqual([]);
      }),
      { numRuns: 25, endOnFailure: true },
    );
    expect(kept).toBe(25 * 7);
  }, 120_000);

  it.skipIf(!haveExports).each(EXPORT_NAMES)(
    'is alike for %s (skipped without the exports beside the checkout)',
    async (name) => {
      const { raw } = readExport(name);
      for (const seed of [3, 11]) expect(await verdicts(await recordedDay(raw, seed, 15), raw)).toEqual([]);
    },
    120_000,
  );
});
