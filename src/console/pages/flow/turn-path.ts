/** One node that a turn was at. */
export interface PathStep {
  /** Name of its dialog. */
  dialog: string;
  node: string;
  /** Position in the trace. */
  entry: number;
  failed: boolean;
}

/** The way of a turn through the dialogs of a bot. */
export interface TurnPath {
  steps: PathStep[];
  /** Edges taken within one dialog, by its name, as `edgeKey` has them. */
  edges: Map<string, Set<string>>;
}

/** An edge by its ends; without a second one it ends its dialog or bot action. */
export const edgeKey = (from: string, to: string | null | undefined): string => `${from} → ${to ?? ''}`;

type Entry = Record<string, unknown>;

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Reads the way from a stored trace. A turn that goes on with a dialog begins at the node that had asked. */
export function pathOf(trace: unknown): TurnPath {
  const steps: PathStep[] = [];
  const edges: TurnPath['edges'] = new Map();
  const entries: Entry[] = Array.isArray(trace) ? trace.map((one) => (typeof one === 'object' && one ? one : {})) : [];
  entries.forEach((entry, index) => {
    const { kind } = entry;
    const [dialog, node] = [text(entry.dialog), text(entry.id)];
    if (node === '') return;
    const last = steps.at(-1);
    const isHere = last?.dialog === dialog && last.node === node;
    if (kind === 'node') steps.push({ dialog, node, entry: index, failed: false });
    else if (!isHere) steps.push({ dialog, node, entry: index, failed: false });
    const here = steps.at(-1);
    if (kind === 'failure' && here) here.failed = true;
    if (kind !== 'edge') return;
    const taken = edges.get(dialog) ?? new Set();
    edges.set(dialog, taken.add(edgeKey(node, siblingOf(node, text(entry.to)))));
  });
  return { steps, edges };
}

/** The node of that id beside another one. */
function siblingOf(node: string, to: string): string | null {
  if (to === 'end' || to === '') return null;
  return [...node.split('/').slice(0, -1), to].join('/');
}
