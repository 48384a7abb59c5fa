import type { FormDefinition, FormFieldDefinition } from './definition.js';
import { isNote } from './form-control.js';
import { flag, object, objects, type Raw, string } from './json.js';

/** Reads a form and its fields, those inside sections too. Real files name a form by `refId` alone. */
export function readForm(raw: Raw, language: string): FormDefinition {
  const name = string(raw.name) || string(raw.displayName);
  const refId = string(raw.refId) || string(raw._id) || name;
  const label = string(raw.displayName) || string(object(object(raw.localeData)[language]).displayName) || name;
  const fields = componentsOf(raw).map((entry) => readField(entry, language));
  return {
    refId,
    id: string(raw._id) || refId,
    name: name || refId,
    label,
    fields: distinct(fields.filter(({ key, label: shown }) => key !== '' || shown !== '')),
  };
}

function componentsOf(raw: Raw): Raw[] {
  const own = [...objects(raw.components), ...objects(raw.formComponents)];
  return own.flatMap((entry) => [entry, ...componentsOf(entry)]);
}

function readField(raw: Raw, language: string): FormFieldDefinition {
  const meta = { ...raw, ...object(raw.metaData), ...object(object(raw.localeData)[language]) };
  const options = objects(meta.values).map((option) => ({
    title: string(option.title) || string(option.label) || string(option.displayName) || string(option.value),
    value: string(option.value) || string(option.title) || string(option.label),
  }));
  const type = string(meta.type);
  const fileKey = string(meta.key);
  const label = string(meta.displayName) || string(meta.label);
  const name = string(object(raw.metaData).name) || string(raw.name);
  // The platform's `key` is the type of the component; the author's name for it is `name`.
  const named = name || (fileKey === type ? '' : fileKey);
  return {
    id: string(raw._id) || string(raw.refId),
    refId: string(raw.refId) || string(raw._id),
    key: named || (type === '' || isNote(type) ? '' : label || fileKey || type),
    fileKey,
    label: label || named || fileKey,
    type,
    required: flag(meta.isRequired) || flag(meta.required),
    multiple: flag(meta.isMultiSelect),
    placeholder: string(meta.placeholder) || string(meta.placeHolder),
    visible: meta.isVisible !== false,
    options,
  };
}

/** Fields that share a name or an id get one of their own, so that no answer replaces another: `Date`, `Date_2`. */
function distinct(fields: readonly FormFieldDefinition[]): FormFieldDefinition[] {
  const keys = new Set<string>();
  const ids = new Set<string>();
  return fields.map((field) => {
    const key = field.key === '' ? '' : unused(field.key, keys);
    const id = field.id === '' && key === '' ? '' : unused(field.id || key, ids);
    return { ...field, id, key };
  });
}

function unused(name: string, taken: Set<string>): string {
  let free = name;
  for (let at = 2; taken.has(free); at += 1) free = `${name}_${at}`;
  taken.add(free);
  return free;
}
