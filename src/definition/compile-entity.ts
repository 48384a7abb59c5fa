import type { Json } from '../json.js';
import type { ComponentDefinition, NodeDefinition } from './definition.js';
import { flag, isObject, json, objects, own, string, strings } from './json.js';
import type { Choice, EntityField, EntityType } from './program.js';

/** The platform's names of entity types (kore-exports.md §5), without blanks and marks; newer ones end in `v2`. */
export const TYPES: Readonly<Record<string, EntityType>> = {
  '': 'string',
  label: 'string',
  string: 'string',
  description: 'string',
  listofvalues: 'list',
  listofitemslookup: 'list',
  listofitems: 'list',
  listofitemsenumerated: 'list',
  list: 'list',
  number: 'number',
  quantity: 'quantity',
  phone: 'phone',
  phonenumber: 'phone',
  date: 'date',
  time: 'time',
  datetime: 'datetime',
  dateperiod: 'date_period',
  timezone: 'time_zone',
  email: 'email',
  personname: 'person',
  zipcode: 'zip',
  regex: 'regex',
  custom: 'regex',
  location: 'location',
  address: 'address',
  city: 'city',
  country: 'country',
  url: 'url',
  currency: 'currency',
  percentage: 'percentage',
  color: 'color',
  colour: 'color',
  attachment: 'attachment',
};

const bare = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');

/** The type by the platform's name for it, in any of its versions: `currencyv2`. What is not known is recognised in no text. */
export function entityTypeOf(name: string): EntityType {
  if (bare(name) === 'currencyv2') return 'currency_v2';
  return own(TYPES, bare(name)) ?? own(TYPES, bare(name).replace(/v\d+$/, '')) ?? 'unknown';
}

/** Types of which there is no complete list. */
const NAMES: ReadonlySet<EntityType> = new Set<EntityType>(['person', 'city', 'location']);

/** Why answers to an entity are recognised less than on the platform, or not at all; null when they are. */
export function faultOfEntity({ entityType: named }: ComponentDefinition, field: EntityField): string | null {
  const none = 'every answer gets its error prompt';
  const { entityType, pattern, choices, dynamic } = field;
  if (entityType === 'unknown') return `asks for a "${named}", which is not recognised here: ${none}`;
  if (NAMES.has(entityType))
    return `asks for a "${named}", of which there is no list here: any text with the shape of a name is taken`;
  if (entityType === 'regex' && pattern.trim() === '') return `has no expression to match: ${none}`;
  const listed = Object.keys(choices).length + Object.keys(dynamic).length;
  return entityType === 'list' && listed === 0 ? `has no list of values in the file: ${none}` : null;
}

/** Settings of a node that asks, and goes on without a value when the answer is none. */
const ASKED_ONCE: ReadonlySet<string> = new Set(['optional', 'prompt']);

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
    entityType: entityTypeOf(component.entityType),
    array: component.isArray,
    optional: ASKED_ONCE.has(string(node.options.promptOptions)) || flag(node.options.isOptional),
    pattern: component.regexPattern,
    ...(component.unit !== '' && { unit: component.unit }),
    choices,
    dynamic,
  };
}

export function toChoice(raw: Readonly<Record<string, unknown>>): Choice[] {
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
