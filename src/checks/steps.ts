import type { TraceEntry } from '../bots/engine.js';
import type { Json } from '../json.js';
import type { SaidMessage } from '../turn/recording.js';
import type { Answered } from './player.js';

/** A question to the outside, with what it is given for an answer. */
export interface StepAnswer {
  method: string;
  /** RECORDED: what was recorded for this question; IN_ORDER: for the node's next one; NOT_AT_ALL: nothing was. */
  answered: Answered;
  /** As JSON, cut. */
  answer: string | null;
}

export interface StepChange {
  name: string;
  /** As JSON, cut; null where there is no value. */
  before: string | null;
  after: string | null;
}

/** One node of a turn, or what came before the first. */
export interface TurnStep {
  /** Empty: none yet. */
  node: string;
  type: string;
  /** What else the trace tells of it, with the conditions of its edges. */
  notes: TraceEntry[];
  answers: StepAnswer[];
  changes: StepChange[];
  said: Pick<SaidMessage, 'key' | 'replies'>[];
}

/** Follows a turn that is run again, node by node. */
export interface StepObserver {
  note(entry: TraceEntry): void;
  watch(node: string, before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>, names: string[]): void;
  said(key: string | undefined, replies: SaidMessage['replies']): void;
  asked(method: string, answered: Answered, answer: Json | null): void;
}

/** Steps kept of a run; what happens in further ones is shown with the last. */
const MAX_STEPS = 500;
/** Characters of a value that are shown; the rest is cut off. */
const MAX_VALUE = 2_000;

/** A run and the observer of its steps. */
export interface Followed {
  steps: TurnStep[];
  observer: StepObserver;
}

export function createSteps(): Followed {
  const first = newStep('', '');
  const steps = [first];
  const current = () => steps.at(-1) ?? first;
  return {
    steps,
    observer: {
      note(entry) {
        if (entry.kind === 'reply') return; // it is what is said
        if (entry.kind !== 'node') return void current().notes.push(entry);
        const step = newStep(String(entry.node), String(entry.type ?? ''));
        const { node, notes } = current();
        if (node === '' && notes.length === 0) steps[0] = step;
        else if (steps.length < MAX_STEPS) steps.push(step);
      },
      // A node that waited for this message is not entered anew.
      watch(node, before, after, names) {
        const step = current();
        step.node ||= node;
        for (const name of names)
          step.changes.push({ name, before: cut(before.get(name)), after: cut(after.get(name)) });
      },
      said: (key, replies) => void (replies.length > 0 && current().said.push({ key: key ?? null, replies })),
      asked: (method, answered, answer) =>
        void current().answers.push({ method, answered, answer: answer === null ? null : cut(JSON.stringify(answer)) }),
    },
  };
}

const newStep = (node: string, type: string): TurnStep => ({
  ...{ node, type },
  ...{ notes: [], answers: [], changes: [], said: [] },
});

const cut = (value: string | undefined): string | null =>
  value === undefined ? null : value.length > MAX_VALUE ? `${value.slice(0, MAX_VALUE)}…` : value;

/** A step beside the other version's. */
export interface MarkedStep extends TurnStep {
  /** Whether the other run does not come here, or does something else here. */
  differs: boolean;
  /** The other's step at the same node; null: it does not come here. */
  other: number | null;
}

/** Two runs of one turn side by side. Steps are matched by node, and by how often the node has been entered. */
export function markDifferences(then: readonly TurnStep[], now: readonly TurnStep[]): [MarkedStep[], MarkedStep[]] {
  return [marked(then, now), marked(now, then)];
}

function marked(steps: readonly TurnStep[], others: readonly TurnStep[]): MarkedStep[] {
  const places = placesOf(others);
  const own = placesOf(steps);
  const numbers = [...own.keys()];
  return steps.map((step, index) => {
    const at = places.get(numbers[index] ?? '') ?? null;
    const other = at === null ? undefined : others[at];
    return { ...step, other: at, differs: !other || essence(step) !== essence(other) };
  });
}

/** The steps by their node and how often it has been entered. */
function placesOf(steps: readonly TurnStep[]): Map<string, number> {
  const times = new Map<string, number>();
  return new Map(
    steps.map(({ node }, index) => {
      const time = (times.get(node) ?? 0) + 1;
      times.set(node, time);
      return [`${node} ${time}`, index];
    }),
  );
}

/** A step without durations and without the version, which always differ. */
const essence = ({ notes, answers, changes, said }: TurnStep): string =>
  JSON.stringify([notes.map(({ durationMs: _, version: __, ...note }) => note), answers, changes, said]);
