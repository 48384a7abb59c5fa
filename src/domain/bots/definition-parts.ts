import type { Definition } from '../../definition/definition.js';

/** Names of the parts that one definition adds to, changes in and removes from another. */
export interface NamedChanges {
  added: string[];
  changed: string[];
  removed: string[];
}

/** Parts by a key that survives changes, each with its name and its content as text. */
type Parts = Map<string, { name: string; content: string }>;

const known = new WeakMap<Definition, Record<string, Parts>>();

/** Cached per definition: for a large one this takes longer than a transaction should. */
function partsOf(definition: Definition | null | undefined): Record<string, Parts> {
  if (!definition) return {};
  const parts = known.get(definition) ?? takeApart(definition);
  known.set(definition, parts);
  return parts;
}

function takeApart(definition: Definition): Record<string, Parts> {
  const { components, dialogs, events, faqs, forms, smallTalk, standardResponses, languages } = definition;
  return {
    dialogs: parts(
      dialogs,
      (one) => one.refId,
      (one) => one.name,
    ),
    components: parts(
      Object.values(components),
      (one) => one.refId,
      (one) => one.name,
    ),
    faqs: parts(
      faqs,
      (one) => `${one.refId} ${one.language}`,
      (one) => one.question,
    ),
    smallTalk: parts(
      smallTalk,
      (one) => `${one.refId} ${one.language}`,
      (one) => one.patterns[0] ?? one.group,
    ),
    events: parts(
      Object.entries(events),
      ([name]) => name,
      ([name]) => name,
    ),
    forms: parts(
      Object.values(forms),
      (one) => one.refId,
      (one) => one.name,
    ),
    standardResponses: parts(
      standardResponses,
      (one) => one.key,
      (one) => one.key,
    ),
    languages: parts(
      languages,
      (one) => one,
      (one) => one,
    ),
  };
}

function parts<T>(items: readonly T[], keyOf: (item: T) => string, nameOf: (item: T) => string): Parts {
  return new Map(items.map((item) => [keyOf(item), { name: nameOf(item), content: withoutIds(item) }]));
}

/** Leaves out internal ids, which every re-import replaces. */
const withoutIds = (item: unknown): string =>
  JSON.stringify(item, (key, value) => (/^(id|dialogId|componentId|parentId)$/.test(key) ? undefined : value));

function compare(before: Parts, after: Parts): NamedChanges {
  const names = (found: Parts) => [...found.values()].map((part) => part.name);
  const only = (of: Parts, keep: (key: string, content: string) => boolean): Parts =>
    new Map([...of].filter(([key, { content }]) => keep(key, content)));
  return {
    added: names(only(after, (key) => !before.has(key))),
    changed: names(only(after, (key, content) => before.has(key) && before.get(key)?.content !== content)),
    removed: names(only(before, (key) => !after.has(key))),
  };
}

/** How two definitions differ, by the kind of part; kinds without a difference are left out. */
export function comparedParts(
  from: Definition | null | undefined,
  to: Definition | null | undefined,
): Record<string, NamedChanges> {
  const [before, after] = [partsOf(from), partsOf(to)];
  const kinds = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const changes = kinds.map((kind) => [kind, compare(before[kind] ?? new Map(), after[kind] ?? new Map())] as const);
  return Object.fromEntries(
    changes.filter(([, { added, changed, removed }]) => added.length + changed.length + removed.length > 0),
  );
}
