/** One row of the waterfall. Times are milliseconds since the message came. */
export interface TraceStep {
  /** Position in the trace. */
  entry: number;
  /** Where in the dialogs of the bot it was; null where it was in none, and in old traces. */
  place: { dialog: string; node: string } | null;
  kind: string;
  title: string;
  /** What else is known of it, a line each. */
  lines: string[];
  start: number;
  /** Null: an instant. */
  durationMs: number | null;
  failed: boolean;
}

type Entry = Record<string, unknown> & { kind: string };

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const number = (value: unknown): number | null => (typeof value === 'number' ? value : null);
const list = (value: unknown): Record<string, unknown>[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'object' && one !== null) : [];

const SOURCES: Record<string, string> = {
  CHANNEL: 'the override of this channel, which comes before all others',
  ALL_CHANNELS: 'the override for all channels: this channel has none of its own',
  FILE_CHANNEL_TYPE: "the bot's file, for webhook channels: nothing overrides it",
  FILE: "the bot's file: nothing overrides it",
  ENGINE: 'the engine itself: neither an override nor the file has it',
};
const MEANINGS: Record<string, string> = {
  task: 'task',
  faq: 'question',
  small_talk: 'small talk',
  help: 'a request for help',
  cancel: 'the wish to cancel',
  ambiguous: 'several tasks: the user was asked',
  nothing: 'nothing the bot knows',
};

/** The rows of a stored trace, in its order. Old traces have no times: their rows stand at the start. */
export function stepsOf(trace: unknown, endMs: number): TraceStep[] {
  const entries = list(trace).filter((entry): entry is Entry => typeof entry.kind === 'string');
  return entries.flatMap((entry, index) => {
    const at = number(entry.at) ?? 0;
    const own = number(entry.durationMs);
    const until = entry.kind === 'node' ? endOfNode(entries, index, endMs) : null;
    const durationMs = until === null ? own : Math.max(0, until - at);
    const start = entry.kind === 'node' ? at : Math.max(0, at - (own ?? 0)); // noted when it ended
    const said = wordsOf(entry, nodeBefore(entries, index));
    const step = { entry: index, place: placeOf(entry), kind: entry.kind, start, durationMs, failed: hasFailed(entry) };
    return said === null ? [] : [{ ...step, ...said }];
  });
}

/** The name of the node that an entry belongs to, where that does not say it itself. */
const nodeBefore = (entries: readonly Entry[], index: number): string =>
  text(entries.slice(0, index).findLast(({ kind }) => kind === 'node')?.node);

/** Traces have the id of a node beside the name of its dialog. */
const placeOf = ({ dialog, id }: Entry): TraceStep['place'] =>
  text(id) === '' ? null : { dialog: text(dialog), node: text(id) };

/** A node is left by its edge, by the next node, or by its failure. */
function endOfNode(entries: readonly Entry[], index: number, endMs: number): number {
  const next = entries
    .slice(index + 1)
    .find(
      ({ kind, node }) => kind === 'node' || kind === 'failure' || (kind === 'edge' && node === entries[index]?.node),
    );
  return number(next?.at) ?? endMs;
}

const hasFailed = ({ kind, error, status }: Entry): boolean =>
  kind === 'failure' || text(error) !== '' || (number(status) ?? 0) >= 400;

function wordsOf(entry: Entry, inNode: string): { title: string; lines: string[] } | null {
  const { kind } = entry;
  const node = text(entry.node);
  const error = text(entry.error);
  switch (kind) {
    case 'begun':
      return { title: 'The bot was asked', lines: entry.newSession === true ? ['A new session began.'] : [] };
    case 'resumed':
      return { title: 'Gone on with after a restart', lines: [] };
    case 'understood':
    case 'interruption':
      return understood(entry);
    case 'node':
      return { title: `${node || 'A node'} (${text(entry.type)})`, lines: [] };
    case 'edge': {
      const tried = list(entry.conditions).map(
        ({ if: words, held }) => `${held === true ? 'Held' : 'Did not hold'}: ${text(words)}`,
      );
      return tried.length === 0 ? null : { title: `Conditions of ${node}`, lines: tried };
    }
    case 'script': {
      const line = number(entry.line);
      const what = error.replace(/ \(line \d+\)$/, '');
      return { title: `Script of ${node}`, lines: error ? [line === null ? error : `Line ${line}: ${what}`] : [] };
    }
    case 'service':
    case 'remote':
    case 'language_model':
      return called(entry);
    case 'table':
      return { title: `Data table ${text(entry.table)}`, lines: [text(entry.method)] };
    case 'reply': {
      const variants = number(entry.variants) ?? 1;
      const chance = variants > 1 ? [`One of ${variants} variants, by chance.`] : [];
      const source = SOURCES[text(entry.source)] ?? text(entry.source);
      const lines = [`From ${source}${entry.language ? `, in ${text(entry.language)}` : ''}.`, ...chance];
      return { title: `Said ${messageInWords(text(entry.message), inNode)}`, lines: error ? [error, ...lines] : lines };
    }
    case 'task':
      return {
        title: `Began the task “${text(entry.dialog)}”`,
        lines: entry.event ? [`For ${text(entry.event)}.`] : [],
      };
    case 'call':
      return { title: `Went into the dialog “${text(entry.dialog)}”`, lines: [] };
    case 'return':
      return { title: `Went back from “${text(entry.dialog)}” to “${text(entry.to)}”`, lines: [] };
    case 'end':
      return { title: `The task “${text(entry.dialog)}” ended`, lines: [text(entry.reason).replaceAll('_', ' ')] };
    case 'entity':
      return { title: `Found ${entry.recognised === true ? 'a' : 'no'} value for ${text(entry.entity)}`, lines: [] };
    case 'event':
      return { title: `Event ${text(entry.event)}`, lines: [] };
    case 'nothingToSay':
      return { title: `Had nothing to say for ${messageInWords(text(entry.message), inNode)}`, lines: [] };
    case 'failure':
      return { title: node ? `Failed at ${node}` : 'Failed', lines: [error] };
    case 'omitted':
      return { title: `${number(entry.count) ?? 0} more steps were not kept`, lines: [] };
    default:
      return { title: nameOf(kind), lines: detailsOf(entry) };
  }
}

function understood(entry: Entry): { title: string; lines: string[] } {
  const meaning = MEANINGS[text(entry.as)] ?? text(entry.as);
  const name = text(entry.task) ? ` “${text(entry.task)}”` : '';
  const score = number(entry.score);
  const how = entry.by === 'WORDS' ? 'by its very words' : 'as the likeliest';
  const lines = score === null ? [] : [`Score ${score.toFixed(2)}, ${how}.`];
  const considered = list(entry.considered).map(
    (one) =>
      `Considered: ${MEANINGS[text(one.as)] ?? text(one.as)} “${text(one.name)}”, ${(number(one.score) ?? 0).toFixed(2)}`,
  );
  const verb = entry.kind === 'interruption' ? 'Interrupted by' : 'Understood as';
  return { title: `${verb} ${meaning}${name}`, lines: [...lines, ...considered] };
}

function called(entry: Entry): { title: string; lines: string[] } {
  const status = number(entry.status);
  const outcome = status === null ? 'no answer' : `answered ${status}`;
  const target = text(entry.host) || text(entry.node);
  const method = text(entry.method).toUpperCase();
  const what =
    entry.kind === 'service' ? `Service ${text(entry.node)}: ${method} ${target}` : `${nameOf(entry.kind)}: ${target}`;
  return { title: `${what}, ${outcome}`, lines: [text(entry.error), text(entry.said)].filter((line) => line !== '') };
}

const nameOf = (kind: string): string => {
  const words = kind.replaceAll('_', ' ');
  return words.slice(0, 1).toUpperCase() + words.slice(1);
};

const SHOWN_ELSEWHERE = new Set(['kind', 'at', 'durationMs']);

const detailsOf = (entry: Entry): string[] =>
  Object.entries(entry)
    .filter(([key, value]) => !SHOWN_ELSEWHERE.has(key) && value !== '' && value !== null)
    .map(([key, value]) => `${key}: ${typeof value === 'string' ? value : JSON.stringify(value)}`);

/** Messages that belong to no node, by the first part of their keys. */
const KEYS: Record<string, (name: string) => string> = {
  standard: (name) => `the standard response “${name.replaceAll('_', ' ')}”`,
  event: (name) => `the message of the event ${name}`,
  faq: () => 'the answer to a question',
  small_talk: () => 'small talk',
};

/** A message of a bot by its key, in words: what a node says by the name of the node it was said in. */
function messageInWords(key: string, node: string): string {
  if (key === '') return 'a text';
  const [kind = '', ...rest] = key.split('.');
  const words = KEYS[kind];
  if (words) return words(rest.join('.'));
  if (node === '') return key;
  return rest.at(-1) === 'error' ? `the error message of ${node}` : `the message of ${node}`;
}
