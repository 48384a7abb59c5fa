import type { Graph, Node, Program } from '../../../src/definition/program.js';
import type { DialogDeps } from '../../../src/engines/dialog/deps.js';
import type { DialogState } from '../../../src/engines/dialog/state.js';
import { type Answered, converse } from './conversation.js';

/** A small generator of the same numbers for the same seed. */
export function chance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Answers that fit a node, and some that do not. */
export function inputFor(node: Node | null, program: Program, random: () => number): string {
  const pick = <T>(values: readonly T[]): T | undefined => values[Math.floor(random() * values.length)];
  const odd = pick([
    '',
    '   ',
    'help',
    'discard',
    'yes',
    'no',
    'thanks',
    '🙂',
    '{{context}}',
    '__proto__',
    '"',
    '%',
    'a'.repeat(3000),
    '1',
    'b)',
  ]);
  if (random() < 0.15) return odd ?? '';
  if (!node || random() < 0.1) {
    const intents = Object.values(program.knowledge)[0]?.intents ?? [];
    const intent = pick(intents);
    return pick([intent?.name ?? 'hi', ...(intent?.sentences ?? []).map(({ text }) => text)]) ?? 'hi';
  }
  if (node.type === 'confirmation') return pick(['yes', 'no', 'sure', 'nope']) ?? '';
  if (node.type !== 'entity') return 'go on';
  if (node.entityType === 'list') return String(pick(Object.values(node.choices)[0] ?? [])?.title ?? 'a');
  const samples: Record<string, string[]> = {
    number: ['42', 'twenty one', '1,000.5'],
    phone: ['+1 415 555 2671', '9876543210'],
    date: ['tomorrow', '2026-12-24', '3rd of May'],
    time: ['5 pm', '17:30'],
    datetime: ['tomorrow at noon'],
    email: ['ada@example.com'],
    person: ['Ada Lovelace'],
    zip: ['94107'],
    currency: ['$20'],
    url: ['https://bot.example'],
  };
  return pick(samples[node.entityType] ?? ['some text', 'EK222', 'Hyderabad']) ?? '';
}

/** The node a conversation waits at. */
export function waitingNode(program: Program, state: DialogState | undefined): Node | null {
  const frame = state?.frames.at(-1);
  let graph: Graph | undefined = frame && program.dialogs[frame.dialogId]?.graph;
  let node: Node | null = null;
  for (const id of frame?.path ?? []) {
    node = graph?.nodes[id] ?? null;
    graph = node?.type === 'action' ? node.graph : undefined;
  }
  return node;
}

/** Talks for some turns with inputs by chance. Gives every turn's outcome. */
export async function walk(
  program: Program,
  deps: Partial<DialogDeps>,
  seed: number,
  turns: number,
): Promise<Answered[]> {
  const random = chance(seed);
  const bot = converse(program, deps, { random });
  const outcomes = [await bot.say({ type: 'event', event: 'ON_CONNECT' })];
  for (let turn = 0; turn < turns; turn += 1) {
    const state = bot.session.engine.dialog as unknown as DialogState | undefined;
    const node = waitingNode(program, state);
    if (node?.type === 'form' && random() < 0.7) {
      outcomes.push(
        await bot.say({ type: 'formData', formId: node.formRefId, data: [{ componentId: 'x', input: 'y' }], meta: {} }),
      );
    } else {
      outcomes.push(await bot.say(inputFor(node, program, random)));
    }
  }
  return outcomes;
}
