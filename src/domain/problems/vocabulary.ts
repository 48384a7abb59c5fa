import type { Definition } from '../../definition/definition.js';
import { scriptsOf } from '../../definition/scripts.js';
import type { ReadBot } from '../definitions.js';

/** What the `{{…}}` of a bot may name. Null: that cannot be known. */
export interface Vocabulary {
  env: ReadonlySet<string>;
  content: ReadonlySet<string> | null;
  /** The first step below `context`; also those below `context.entities`. */
  context: ReadonlySet<string> | null;
  /** The fields of forms, by the names of the forms. */
  forms: ReadonlyMap<string, ReadonlySet<string>>;
}

/** What an engine other than the dialogs knows nobody can tell but itself. */
export function vocabularyOf(read: ReadBot, runsDialogs: boolean, variables: Iterable<string>): Vocabulary {
  if (!runsDialogs) return { env: new Set(variables), content: null, context: null, forms: new Map() };
  const { definition } = read;
  return {
    env: new Set([...variables, ...definition.variables.map(({ key }) => key)]),
    content: new Set(Object.values(definition.contentVariables).flatMap(Object.keys)),
    context: contextOf(read),
    forms: new Map(
      Object.values(definition.forms).map(({ name, fields }) => [name, new Set(fields.map(({ key }) => key))]),
    ),
  };
}

const known = new WeakMap<ReadBot, ReadonlySet<string>>();

/** Names that something in the bot may set: what the server sets, what nodes are called, every word of its scripts. */
function contextOf(read: ReadBot): ReadonlySet<string> {
  const found =
    known.get(read) ?? new Set([...OF_THE_SERVER, ...namesIn(read.definition), ...wordsOf(writersOf(read).join('\n'))]);
  known.set(read, found);
  return found;
}

/** What the server itself or the platform it stands in for keeps in the context (kore-webhook.md §8). */
const OF_THE_SERVER = (
  'session currentLanguage bot botid userInputs traits UserQuery entities forms intent intentName discardedTask heldTask ' +
  'resumedTask AI_Assisted_Dialogs suspectedLanguages historicTags onHoldTasks message_tone dialog_tone error opts tags ' +
  'previousUserInput currentDialogName currentNodeName channel agent_transfer'
).split(' ');

const namesIn = ({ components, dialogs, events }: Definition): string[] => [
  ...Object.values(components).flatMap(({ name, label }) => [name, ...Object.values(label)]),
  ...dialogs.map(({ name }) => name),
  ...Object.keys(events),
];

/** The texts that may set a value: scripts, messages that are scripts, what dialogs hand each other, functions in files. */
function writersOf({ definition, messages, functions }: ReadBot): string[] {
  const said = messages.flatMap(({ contents, channels }) =>
    [...Object.values(contents), ...channels.map((one) => one.contents)]
      .flat()
      .flatMap(({ type, value }) => (type === 'TEXT' ? [] : [value])),
  );
  const nodes = [
    ...definition.dialogs.flatMap((dialog) => dialog.nodes),
    ...Object.values(definition.components).flatMap((component) => component.nodes),
  ];
  const maps = nodes.flatMap(({ contextMap, postContextMap, options }) => [
    contextMap,
    postContextMap,
    JSON.stringify(options),
  ]);
  const models = Object.values(definition.components).map(({ generative }) => JSON.stringify(generative));
  return [...scriptsOf(definition).map(({ text }) => text), ...said, ...maps, ...models, functions];
}

const wordsOf = (text: string): string[] => text.match(/[\p{L}_$][\p{L}\p{M}\p{N}_$-]*/gu) ?? [];
