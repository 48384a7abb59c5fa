import { isObject, list, object, objects, type Raw, string } from './json.js';

/** Whether a value is the file of a single dialog, as older platforms export one: it holds its components itself. */
export const isDialogFile = (value: unknown): value is Raw =>
  isObject(value) && Array.isArray(value.nodes) && Array.isArray(value.components);

/** The file of a single dialog as the definition of a bot that has but this one. */
export function definitionOfDialogFile(raw: Raw): Raw {
  const { nodes: _, components: __, ...rest } = raw;
  const id = string(raw._id) || 'dg-1';
  const name = string(raw.name);
  const idAt = (at: number): string => `dc-${id}-${at}`;
  const dialogComponents = objects(raw.components).map((component, at) => ({
    _id: idAt(at),
    ...component,
    ...(string(component.type) === 'intent' && { dialogId: string(component.dialogId) || id }),
    ...(component.nodes !== undefined && { nodes: withComponentIds(component.nodes, idAt) }),
  }));
  return {
    localeData: { en: { name } },
    dialogs: [{ localeData: { en: { name } }, ...rest, _id: id, nodes: withComponentIds(raw.nodes, idAt) }],
    dialogComponents,
  };
}

/** Nodes of such a file name their component by its place in the list. */
const withComponentIds = (nodes: unknown, idAt: (at: number) => string): unknown[] =>
  list(nodes).map((entry) => {
    const node = object(entry);
    const { componentIndex } = node;
    return typeof componentIndex === 'number' ? { ...node, componentId: idAt(componentIndex) } : entry;
  });
