import type { Json } from '../json.js';
import type { ComponentDefinition, NodeDefinition } from './definition.js';
import { isObject, json, objects, own, string, strings } from './json.js';
import type { Choice, EntityField, EntityType } from './program.js';

/** The platform's names of entity types (kore-exports.md §5); any other type is read as a string. */
const TYPES: Readonly<Record<string, EntityType>> = {
  label: 'string',
  string: 'string',
  description: 'string',
  list_of_values: 'list',
  list_of_items_lookup: 'list',
  list_of_items: 'list',
  number: 'number',
  quantity: 'number',
  phone_number: 'phone',
  date: 'date',
  time: 'time',
  datetime: 'datetime',
  date_time: 'datetime',
  email: 'email',
  person_name: 'person',
  zipcode: 'zip',
  regex: 'regex',
  location: 'location',
  address: 'location',
  city: 'city',
  country: 'city',
  airport: 'city',
  url: 'url',
  currency: 'currency',
  percentage: 'percentage',
  color: 'color',
  attachment: 'attachment',
};

export const isKnownEntityType = (name: string): boolean => name === '' || Object.hasOwn(TYPES, name);

export function compileEntityField(component: ComponentDefinition, node: NodeDefinition): EntityField {
  const choices: Record<string, Choice[]> = {};
  const dynamic: EntityField['dynamic'] = {};
  for (const [language, allowed] of Object.entries(component.allowedValues)) {
    const values = objects(allowed.values).flatMap(toChoice);
    if (values.length > 0) choices[language] = values;
    const variable = string(allowed.variable).replace(/^\{\{\s*|\s*\}\}$/g, '');
    if (variable !== '') {
      dynamic[language] = {
        variable,
        titleKey: string(allowed.titleKey) || 'title',
        valueKey: string(allowed.valueKey) || 'value',
        synonymsKey: string(allowed.synonymsKey) || 'synonyms',
      };
    }
  }
  const lookup = component.lookupValues.flatMap(lookupChoice);
  if (lookup.length > 0)
    for (const language of Object.keys(component.label).concat(['en'])) choices[language] ??= lookup;
  return {
    name: component.name,
    entityType: own(TYPES, component.entityType) ?? 'string',
    array: component.isArray,
    optional: string(node.options.promptOptions) === 'optional',
    pattern: component.regexPattern,
    choices,
    dynamic,
  };
}

function toChoice(raw: Readonly<Record<string, unknown>>): Choice[] {
  const title = string(raw.title) || string(raw.value);
  if (title === '') return [];
  const value = raw.value === undefined || raw.value === '' ? title : json(raw.value);
  const { synonyms } = raw;
  return [{ title, value, synonyms: typeof synonyms === 'string' ? synonyms.split(',') : strings(synonyms) }];
}

function lookupChoice(value: Json): Choice[] {
  if (isObject(value)) {
    const known = toChoice(value);
    const named = Object.values(value).find((entry) => typeof entry === 'string' && entry !== '');
    return known.length > 0 || named === undefined ? known : [{ title: string(named), value, synonyms: [] }];
  }
  const title = string(value);
  return title === '' ? [] : [{ title, value: title, synonyms: [] }];
}
