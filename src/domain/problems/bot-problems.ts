import type { CatalogueMessage } from '../../definition/catalogue.js';
import { scriptsOf } from '../../definition/scripts.js';
import type { OverrideSnapshot } from '../../store/tables/message-overrides.js';
import { type Content, WEBHOOK_TYPE } from '../../vocabulary.js';
import type { ReadBot } from '../definitions.js';
import { checkContent, checkScript } from './check-content.js';
import { isError, type PlacedProblem } from './problem.js';
import type { Vocabulary } from './vocabulary.js';

/** Problems that are listed; beyond it the rest is left out, warnings first. */
const MAX_PROBLEMS = 500;

type Place = Pick<PlacedProblem, 'messageKey' | 'name' | 'channelId' | 'language'>;

/** What is wrong with all that a bot says and runs; errors first. */
export function problemsOfBot(
  read: ReadBot,
  overrides: readonly OverrideSnapshot[],
  vocabulary: Vocabulary,
): PlacedProblem[] {
  const names = new Map(read.messages.map(({ key, name }) => [key, name]));
  const found = [
    ...read.messages.flatMap((message) => problemsOfFile(message, vocabulary)),
    ...overrides.flatMap((one) => problemsOfOverride(names.get(one.messageKey) ?? one.messageKey, one, vocabulary)),
    ...problemsOfScripts(read),
  ];
  return [...found.filter(isError), ...found.filter((one) => !isError(one))].slice(0, MAX_PROBLEMS);
}

/** What is wrong with one message and its overrides. */
export const problemsOfMessage = (
  message: CatalogueMessage,
  overrides: readonly OverrideSnapshot[],
  vocabulary: Vocabulary,
): PlacedProblem[] => [
  ...problemsOfFile(message, vocabulary),
  ...overrides.flatMap((one) => problemsOfOverride(message.name, one, vocabulary)),
];

/** What is said on channels of other types is never said here. */
function problemsOfFile({ key, name, contents, channels }: CatalogueMessage, vocabulary: Vocabulary): PlacedProblem[] {
  const ofWebhooks = channels
    .filter(({ channelType }) => channelType === WEBHOOK_TYPE)
    .map((one) => [one.language, one.contents] as const);
  return [...Object.entries(contents), ...ofWebhooks].flatMap(([language, all]) =>
    problemsOfContents({ messageKey: key, name, channelId: null, language }, all, vocabulary),
  );
}

const problemsOfOverride = (
  name: string,
  { messageKey, channelId, language, contents }: OverrideSnapshot,
  vocabulary: Vocabulary,
): PlacedProblem[] => problemsOfContents({ messageKey, name, channelId, language }, contents, vocabulary);

const problemsOfContents = (place: Place, contents: readonly Content[], vocabulary: Vocabulary): PlacedProblem[] =>
  contents.flatMap((content, variant) =>
    checkContent(content, vocabulary).map((problem) => ({ ...problem, ...place, variant })),
  );

const found = new WeakMap<ReadBot, PlacedProblem[]>();

/** Cached: a definition never changes. */
function problemsOfScripts(read: ReadBot): PlacedProblem[] {
  const known =
    found.get(read) ??
    scriptsOf(read.definition).flatMap(({ text, name }) =>
      checkScript(text).map((problem) => ({
        ...problem,
        messageKey: null,
        name,
        channelId: null,
        language: null,
        variant: null,
      })),
    );
  found.set(read, known);
  return known;
}
