import type { BotMatrixQuery } from '../../../api/.generated/graphql';
import { isProblemOf, nodeOf, type OverrideNode, overrideFor, type Scope, type ScopeChoice } from '../override';

type Messages = NonNullable<BotMatrixQuery['bot']>['messages'];
export type MatrixMessage = Messages['edges'][number]['node'];

/** One column: what the bot says by itself in a language, or what a scope says instead. */
export interface Column {
  id: string;
  /** Null: what is said on all channels where nothing is overridden. */
  scope: Scope | null;
  language: string;
  label: string;
}

/** By language, and in each what all channels say, what all webhook channels say instead, and each channel. */
export function columnsOf(scopes: readonly ScopeChoice[], languages: readonly string[]): Column[] {
  const [all, ...channels] = scopes.toReversed();
  return languages.flatMap((language) => [
    { id: `file ${language}`, scope: null, language, label: 'What the bot says' },
    ...[all, ...channels.toReversed()].flatMap((scope) =>
      scope ? [{ id: `${scope.id} ${language}`, scope, language, label: scope.name }] : [],
    ),
  ]);
}

export type Contents = OverrideNode['contents'];

/** What stands in a cell; null: nothing. */
export function contentsIn(message: MatrixMessage, { scope, language }: Column): Contents | null {
  if (scope === null) return message.localized.find((one) => one.language === language)?.contents ?? null;
  return overrideIn(message, { scope, language })?.contents ?? null;
}

/** What is wrong with what stands in a cell. */
export const problemsOf = (message: MatrixMessage, column: Column): MatrixMessage['problems'] =>
  contentsIn(message, column) === null
    ? []
    : message.problems.filter(
        (problem) =>
          isProblemOf(problem, column.scope) && (problem.language === null || problem.language === column.language),
      );

export const overrideIn = (message: MatrixMessage, { scope, language }: Pick<Column, 'scope' | 'language'>) =>
  scope && overrideFor({ overrides: message.overrides, language }, scope);

/** A message in which a scope says this instead; null: nothing any more. */
export function withContents(
  message: MatrixMessage,
  { scope, language }: Column,
  contents: Contents | null,
): MatrixMessage {
  if (scope === null) return message;
  const before = overrideIn(message, { scope, language });
  const others = message.overrides.filter((one) => one !== before);
  return { ...message, overrides: contents === null ? others : [...others, nodeOf(scope, language, contents)] };
}

/** Contents as a cell shows them. */
export function inShort(contents: Contents): string {
  const [first] = contents;
  if (!first) return '';
  const kind = first.type === 'TEXT' ? '' : first.type === 'SCRIPT' ? 'Script: ' : 'Template: ';
  const more = contents.length > 1 ? ` (+${contents.length - 1})` : '';
  return `${kind}${first.value}${more}`;
}

/** Whether it is one text, which is edited where it stands. */
export const isPlain = (contents: Contents | null): boolean =>
  contents === null || (contents.length === 1 && contents[0]?.type === 'TEXT');
