import { describe, expect, it } from 'vitest';
import type { Graph, Node, Program } from '../../../src/definition/program.js';
import { appointment } from './agent-bots.js';
import { bot, message } from './bot-builder.js';
import { EXPORT_NAMES, haveExports, programOf, readExport } from './conversation.js';

/** Share of distinct dialogs that are to run with all they call, where a language model is configured. */
const LEAST = 0.97;

const nodesOf = ({ nodes }: Graph): Node[] =>
  Object.values(nodes).flatMap((node) => (node.type === 'action' ? [node, ...nodesOf(node.graph)] : [node]));

/** Whether every node that a dialog has, and those of the dialogs it calls, can run. */
function runs(program: Program, dialogId: string, seen: ReadonlySet<string> = new Set()): boolean {
  const dialog = program.dialogs[dialogId];
  if (!dialog) return false;
  if (seen.has(dialogId)) return true;
  const within = new Set([...seen, dialogId]);
  return nodesOf(dialog.graph).every((node) => {
    if (node.type === 'unsupported' || node.type === 'unavailable') return false;
    return node.type !== 'call' || runs(program, node.dialogId, within);
  });
}

const share = (program: Program): number => {
  const ids = Object.keys(program.dialogs);
  return ids.filter((id) => runs(program, id)).length / ids.length;
};

it('counts a dialog as one that runs only where all its nodes do', () => {
  const deck = { type: 'holodeck', next: 'm' };
  const program = bot({ Good: { m: message('Hi') }, Bad: { d: deck, m: message('Hi') } });
  expect(share(program)).toBe(0.5);
});

it('runs every kind of node that asks a language model', () => {
  const node = (type: string) => ({ type, component: { generativeAI: {} }, next: 'm' });
  const kinds = ['generativeai', 'searchai', 'aiassist', 'dynamicIntent'];
  const program = bot({
    ...Object.fromEntries(kinds.map((type) => [type, { N: node(type), m: message('Hi') }])),
    Book: appointment(),
  });
  expect(share(program)).toBe(1);
});

describe.skipIf(!haveExports)(
  'the distinct dialogs of real bots (skipped without the exports beside the checkout)',
  () => {
    it('run with a language model configured, at least 97 % of them', () => {
      const distinct = new Map<string, boolean>();
      for (const name of EXPORT_NAMES) {
        const { raw, config } = readExport(name);
        const program = programOf(raw, config);
        for (const [id, { graph }] of Object.entries(program.dialogs))
          distinct.set(JSON.stringify(graph), runs(program, id));
      }
      const running = [...distinct.values()].filter(Boolean).length;
      expect(distinct.size).toBeGreaterThan(5);
      expect(running / distinct.size).toBeGreaterThanOrEqual(LEAST);
    });
  },
);
