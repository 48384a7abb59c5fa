import { Graph, layout } from '@dagrejs/dagre';
import type { Dialog, DialogNode } from './flow-query';
import { conditionWords } from './flow-words';
import { edgeKey } from './turn-path';

/** Pixels of a node, unscaled. */
export const NODE = { width: 196, height: 56 };
const END_SIZE = 18; // pixels
/** Characters of a condition drawn on its edge; the rest is in the details and in the list. */
const LABEL_LENGTH = 34;
const CHARACTER = 6.3; // pixels a character of a label takes

export interface PlacedNode {
  node: DialogNode;
  x: number;
  y: number;
}

export interface PlacedEdge {
  key: string;
  points: { x: number; y: number }[];
  label: { text: string; x: number; y: number } | null;
  /** From a bot action to what it runs. */
  inner: boolean;
}

export interface FlowLayout {
  width: number;
  height: number;
  nodes: PlacedNode[];
  edges: PlacedEdge[];
  /** Where the dialog ends. */
  ends: { key: string; x: number; y: number }[];
}

/** Where nodes and edges stand, from top to bottom. Edges with the same ends are one, with all their conditions. */
export function layoutOf({ nodes }: Pick<Dialog, 'nodes'>): FlowLayout {
  const graph = new Graph({ multigraph: false });
  graph.setGraph({ rankdir: 'TB', nodesep: 36, ranksep: 44, marginx: 12, marginy: 12 });
  const there = new Set(nodes.map(({ id }) => id));
  for (const { id } of nodes) graph.setNode(id, { ...NODE });
  const ends: string[] = [];
  const inner = new Set<string>();
  for (const node of nodes) {
    for (const [to, words] of conditionsOf(node)) {
      const target = to !== null && there.has(to) ? to : endOf(node.id);
      if (target === endOf(node.id)) {
        graph.setNode(target, { width: END_SIZE, height: END_SIZE });
        ends.push(target);
      }
      graph.setEdge(node.id, target, labelOf(words));
    }
    if (node.begins && there.has(node.begins)) {
      graph.setEdge(node.id, node.begins, labelOf('runs'));
      inner.add(edgeKey(node.id, node.begins));
    }
  }
  layout(graph);
  const placed = (id: string) => {
    const { x = 0, y = 0 } = graph.node(id);
    return { x, y };
  };
  const { width = 0, height = 0 } = graph.graph();
  return {
    ...{ width, height },
    nodes: nodes.map((node) => ({ node, ...placed(node.id) })),
    ends: ends.map((key) => ({ key, ...placed(key) })),
    edges: graph.edges().map(({ v, w }) => {
      const { points = [], text, x, y } = graph.edge(v, w);
      const key = edgeKey(v, there.has(w) ? w : null);
      const label = typeof text === 'string' && text !== '' ? { text, x: Number(x), y: Number(y) } : null;
      return { key, points, label, inner: inner.has(key) };
    }),
  };
}

const endOf = (id: string): string => `${id} end`;

/** The conditions of each target, in order; of an only edge without one none. */
function conditionsOf({ transitions }: DialogNode): Map<string | null, string> {
  const found = new Map<string | null, string>();
  const alone = transitions.length === 1;
  for (const { to, condition } of transitions) {
    const words = alone && !condition ? '' : conditionWords(condition, alone);
    const before = found.get(to ?? null);
    found.set(to ?? null, before ? `${before}; ${words}` : words);
  }
  return found;
}

function labelOf(words: string) {
  const text = words.length > LABEL_LENGTH ? `${words.slice(0, LABEL_LENGTH - 1)}…` : words;
  return { text, labelpos: 'c' as const, width: text.length * CHARACTER, height: text === '' ? 0 : 18 };
}
