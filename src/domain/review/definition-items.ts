import type { Definition, DialogDefinition, NodeDefinition } from '../../definition/definition.js';
import { scriptsOf } from '../../definition/scripts.js';
import type { Content } from '../../vocabulary.js';
import { isItem, itemOf, type ReviewItem, type ReviewPart } from './review-item.js';

/** One part of a definition that can be compared, by a key that survives a re-import. */
interface Piece {
  part: ReviewPart;
  name: string;
  kind: string | null;
  content: Content;
}

/** Scripts, dialogs, nodes and the rest of a bot's file, as they change; what is said stands apart (`messageItems`). */
export function definitionItems(before: Definition | null, after: Definition | null): ReviewItem[] {
  if (before === after) return [];
  const [former, later] = [piecesOf(before), piecesOf(after)];
  return [...new Set([...former.keys(), ...later.keys()])]
    .map((key) => {
      const [from, to] = [former.get(key), later.get(key)];
      const piece = to ?? from;
      if (!piece) return null;
      const { part, name, kind } = piece;
      return itemOf({
        part,
        id: [key],
        name,
        kind,
        before: from ? [from.content] : [],
        after: to ? [to.content] : [],
      });
    })
    .filter(isItem)
    .sort((a, b) => ORDER.indexOf(a.part) - ORDER.indexOf(b.part));
}

const ORDER: readonly ReviewPart[] = ['SCRIPT', 'DIALOG', 'NODE', 'KNOWLEDGE', 'OTHER'];

const known = new WeakMap<Definition, Map<string, Piece>>();

/** Cached: a definition never changes. */
function piecesOf(definition: Definition | null): Map<string, Piece> {
  if (!definition) return new Map();
  const found = known.get(definition) ?? takeApart(definition);
  known.set(definition, found);
  return found;
}

function takeApart(definition: Definition): Map<string, Piece> {
  const { components, dialogs, events, faqs, forms, smallTalk, languages, contentVariables } = definition;
  const dialogNames = new Map(dialogs.map((dialog) => [dialog.id, dialog.name]));
  const pieces: ([string, Piece] | null)[] = [
    ...scriptsOf(definition).map(({ key, name, part, text }): [string, Piece] => [
      `script ${key} ${part}`,
      { part: 'SCRIPT', name, kind: part === 'script' ? null : part, content: { type: 'SCRIPT', value: text } },
    ]),
    ...dialogs.map((dialog) => piece('DIALOG', 'dialog', dialog.refId, dialog.name, outline(dialog, components))),
    ...Object.values(components).map((component) => {
      const dialog = dialogNames.get(component.dialogId);
      const name = dialog === undefined ? component.name : `${dialog} › ${component.name}`;
      return piece('NODE', component.type || 'node', component.refId, name, plain(component));
    }),
    ...faqs.map((faq) => piece('KNOWLEDGE', 'question', `${faq.refId} ${faq.language}`, faq.question, plain(faq))),
    ...smallTalk.map((one) =>
      piece('KNOWLEDGE', 'small talk', `${one.refId} ${one.language}`, one.patterns[0] ?? one.group, plain(one)),
    ),
    ...Object.entries(events).map(([name, event]) => piece('OTHER', 'event', name, name, plain(event))),
    ...Object.values(forms).map((form) => piece('OTHER', 'form', form.refId, form.name, plain(form))),
    ...languages.map((language) => piece('OTHER', 'language', language, language, language)),
    ...Object.entries(contentVariables).map(([language, values]) =>
      piece('OTHER', 'content variables', language, language, plain(values)),
    ),
  ];
  return new Map(pieces.filter((one) => one !== null));
}

/** Null: there is nothing in it, as in the content variables of most bots. */
const piece = (
  part: ReviewPart,
  kind: string,
  key: string,
  name: string,
  value: string | undefined,
): [string, Piece] | null =>
  value === undefined ? null : [`${kind} ${key}`, { part, name, kind, content: { type: 'TEXT', value } }];

/** Internal ids, which every re-import replaces, and what is compared by itself. */
const LEFT_OUT =
  /^(id|dialogId|componentId|parentId|refId|message|errorMessage|answers|script|preProcessor|postProcessor|preProcessorScript|postProcessorScript|nodes)$/;

/** Undefined for an empty object. */
const plain = (item: unknown): string | undefined =>
  JSON.stringify(item, (key, value) => (LEFT_OUT.test(key) || isEmpty(value) ? undefined : value), 2);

const isEmpty = (value: unknown): boolean =>
  value === '' || value === null || (typeof value === 'object' && Object.keys(value ?? {}).length === 0);

/** The flow of a dialog as lines, by the names of its nodes. */
function outline(dialog: DialogDefinition, components: Definition['components']): string {
  const nameOf = ({ componentId, id }: NodeDefinition) => components[componentId]?.name ?? id;
  const names = new Map(dialog.nodes.map((node) => [node.id, nameOf(node)]));
  const lines = dialog.nodes.flatMap((node) => [
    `${nameOf(node)} (${node.type})`,
    ...node.transitions.map(({ if: condition, to }) => {
      const target = to === '' ? 'nothing' : (names.get(to) ?? to);
      return condition === undefined ? `  → ${target}` : `  if ${conditionText(condition)} → ${target}`;
    }),
  ]);
  const marks = [dialog.hidden ? 'hidden' : '', dialog.followUp ? 'follow-up only' : ''].filter(Boolean);
  return [...(marks.length > 0 ? [`(${marks.join(', ')})`] : []), ...lines].join('\n');
}

const conditionText = (condition: unknown): string =>
  typeof condition === 'string' ? condition : JSON.stringify(condition);
