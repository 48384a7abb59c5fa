import type { Definition, ReadWarning } from './definition.js';
import { isObject, list, object, type Raw, string } from './json.js';

const LISTS = [
  'dialogs',
  'dialogComponents',
  'sentences',
  'smallTalk',
  'knowledgeTasks',
  'forms',
  'channels',
  'patterns',
  'koraResponses',
  'contentVariables',
  'traits',
  'idpConfigurations',
];

/** Warnings about entries of the file's top-level lists that cannot be read in full. */
export function shapeWarnings(raw: Raw): ReadWarning[] {
  const filled = LISTS.filter((key) => raw[key] !== undefined && raw[key] !== null);
  const noLists = filled
    .filter((key) => !Array.isArray(raw[key]))
    .map((key) => ({ path: key, message: `"${key}" is not a list; it is kept but not used.` }));
  const noObjects = filled.flatMap((key) =>
    list(raw[key]).flatMap((entry, at) =>
      isObject(entry)
        ? []
        : [{ path: `${key}[${at}]`, message: 'This entry is not an object; it is kept but not used.' }],
    ),
  );
  return [
    ...noLists,
    ...noObjects,
    ...repeatWarnings('dialog', 'dialogs', raw, '_id'),
    ...repeatWarnings('dialog', 'dialogs', raw, 'refId'),
    ...repeatWarnings('component', 'dialogComponents', raw, '_id'),
  ];
}

/** Warnings about duplicate ids: a look-up finds the last entry, so the earlier ones are lost. */
function repeatWarnings(noun: string, key: string, raw: Raw, idKey: '_id' | 'refId'): ReadWarning[] {
  const ids = list(raw[key]).map((entry) => string(object(entry)[idKey]));
  const lastAt = new Map(ids.map((id, at) => [id, at]));
  return ids.flatMap((id, at) =>
    id === '' || lastAt.get(id) === at
      ? []
      : [
          {
            path: `${key}[${at}]`,
            message: `Another ${noun} has the same "${idKey}" ("${id}"), and is the one that is used.`,
          },
        ],
  );
}

/** Warnings about dialogs that a partial export names without their content. */
export function emptyWarnings(definition: Definition): ReadWarning[] {
  return definition.dialogs.flatMap((dialog, at) =>
    dialog.nodes.length > 0
      ? []
      : [
          {
            path: `dialogs[${at}]`,
            message: `The dialog "${dialog.name}" has no nodes (a partial export): it is not available.`,
          },
        ],
  );
}
