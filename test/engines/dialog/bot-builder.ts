import type { Program } from '../../../src/definition/program.js';
import type { Json, JsonObject } from '../../../src/json.js';
import { programOf } from './conversation.js';

type Edge = [condition: JsonObject | null, to: string];

export interface NodeSpec {
  type: string;
  /** Members of the component; the message, prompt or script goes in `text` and `script`. */
  name?: string;
  text?: string | string[];
  error?: string;
  component?: JsonObject;
  node?: JsonObject;
  /** Components of nodes inside this one. */
  inner?: JsonObject[];
  next?: string | Edge[];
}

/** Builds bots in the export's format, as small as a test needs them. */
export function bot(
  dialogs: Record<string, Record<string, NodeSpec>>,
  more: JsonObject = {},
  config?: JsonObject,
): Program {
  return programOf(exportOf(dialogs, more), config);
}

export function exportOf(dialogs: Record<string, Record<string, NodeSpec>>, more: JsonObject = {}): JsonObject {
  const components: JsonObject[] = [];
  const files = Object.entries(dialogs).map(([dialogName, nodes], at): JsonObject => {
    const id = dialogId(dialogName);
    const intent = `dc-intent-${at}`;
    components.push({
      _id: intent,
      refId: `ref-${intent}`,
      type: 'intent',
      name: dialogName,
      dialogId: id,
      localeData: { en: { intent: dialogName } },
    });
    const first = Object.keys(nodes)[0] ?? 'end';
    const rest = Object.entries(nodes).map(([nodeId, spec]): JsonObject => {
      const component = `dc-${at}-${nodeId}`;
      components.push(componentOf(component, nodeId, spec), ...(spec.inner ?? []));
      const edges: Edge[] = typeof spec.next === 'string' ? [[null, spec.next]] : (spec.next ?? []);
      const transitions = edges.map(
        ([condition, to]): JsonObject => (condition ? { if: condition, default: to } : { default: to }),
      );
      return { nodeId, type: spec.type, componentId: component, transitions, nodeOptions: {}, ...spec.node };
    });
    return {
      _id: id,
      refId: `ref-${id}`,
      localeData: { en: { name: dialogName } },
      nodes: [
        { nodeId: 'intent0', type: 'intent', componentId: intent, transitions: [{ default: first }], nodeOptions: {} },
        ...rest,
      ],
    };
  });
  return {
    _id: 'st-1',
    defaultLanguage: 'en',
    supportedLanguages: ['en'],
    localeData: { en: { name: 'Tested' } },
    dialogs: files,
    dialogComponents: components,
    ...more,
  };
}

export const dialogId = (name: string): string => `dg-${name.replaceAll(' ', '-')}`;

export const message = (text: string | string[], next: NodeSpec['next'] = 'end'): NodeSpec => ({
  type: 'message',
  text,
  next,
});
export const script = (code: string, next: NodeSpec['next'] = 'end'): NodeSpec => ({
  type: 'script',
  component: { script: encodeURIComponent(code) },
  next,
});
export const call = (dialog: string, next: NodeSpec['next'] = 'end', node: JsonObject = {}): NodeSpec => ({
  type: 'intent',
  component: { dialogId: dialogId(dialog) },
  next,
  node,
});
export const entity = (
  entityType: string,
  text: string,
  next: NodeSpec['next'] = 'end',
  component: JsonObject = {},
  node: JsonObject = {},
): NodeSpec => ({
  type: 'entity',
  text,
  error: 'Again, please.',
  component: { entityType, ...component },
  node,
  next,
});
export const list = (
  values: Json[],
  text: string,
  next: NodeSpec['next'] = 'end',
  component: JsonObject = {},
): NodeSpec =>
  entity('list_of_values', text, next, {
    localeData: { en: { label: 'List', allowedValues: { values } } },
    ...component,
  });

function componentOf(id: string, nodeId: string, spec: NodeSpec): JsonObject {
  const texts = (value: string | string[] | undefined): JsonObject[] =>
    (value === undefined ? [] : [value]).flat().map((text) => ({
      channel: 'default',
      localeData: { en: { text: encodeURIComponent(text), type: text.includes('print(') ? 'uxmap' : 'basic' } },
    }));
  return {
    _id: id,
    refId: `ref-${id}`,
    type: spec.type,
    name: spec.name ?? nodeId,
    localeData: { en: { label: nodeId } },
    message: texts(spec.text),
    errorMessage: texts(spec.error),
    ...spec.component,
  };
}
