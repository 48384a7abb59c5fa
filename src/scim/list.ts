import { type Filter, parseFilter, readAttributePath } from './filter.js';
import { matches } from './match.js';
import type { Resource } from './resources.js';
import { invalidValue } from './scim-error.js';

/** Resources on one page; who asks for more is given as many. */
export const MAX_COUNT = 200;
const DEFAULT_COUNT = 100;
const LIST_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';
/** Always sent (RFC 7643 §3.1, `returned`). */
const ALWAYS: ReadonlySet<string> = new Set(['schemas', 'id', 'meta']);

/** What a GET asks for. */
export interface ListQuery {
  filter: Filter | null;
  startIndex: number;
  count: number;
  fields: Fields;
}

/** Attributes to send, by their names in lower case; null: no such list was given. */
export interface Fields {
  only: ReadonlySet<string> | null;
  without: ReadonlySet<string>;
}

/** ScimError `invalidFilter`, `invalidValue`. */
export function readListQuery(query: URLSearchParams): ListQuery {
  const filter = query.get('filter');
  return {
    filter: filter === null || filter.trim() === '' ? null : parseFilter(filter),
    startIndex: Math.max(1, wholeIn(query, 'startIndex', 1)),
    count: Math.min(MAX_COUNT, Math.max(0, wholeIn(query, 'count', DEFAULT_COUNT))),
    fields: readFields(query),
  };
}

export function readFields(query: URLSearchParams): Fields {
  const [only, without] = ['attributes', 'excludedAttributes'].map((name) => namesIn(query.get(name)));
  return { only: only && only.size > 0 ? only : null, without: without ?? new Set() };
}

export const isAskedFor = ({ only, without }: Fields, attribute: string): boolean =>
  only ? only.has(attribute) : !without.has(attribute);

/** The page of those that the filter lets through (RFC 7644 §3.4.2). */
export function toListResponse(all: readonly Resource[], { filter, startIndex, count, fields }: ListQuery) {
  const found = filter ? all.filter((one) => matches(one, filter)) : all;
  const page = found.slice(startIndex - 1, startIndex - 1 + count);
  return {
    schemas: [LIST_SCHEMA],
    totalResults: found.length,
    startIndex,
    itemsPerPage: page.length,
    Resources: page.map((one) => withFields(one, fields)),
  };
}

/** The attributes of a resource that were asked for. */
export function withFields(resource: Resource, fields: Fields): Record<string, unknown> {
  const entries = Object.entries(resource);
  return Object.fromEntries(entries.filter(([name]) => ALWAYS.has(name) || isAskedFor(fields, name.toLowerCase())));
}

/** A part of an attribute, as in `name.givenName`, stands for the whole. */
const namesIn = (text: string | null): Set<string> =>
  new Set((text ?? '').split(',').flatMap((one) => readAttributePath(one.trim())?.attribute ?? []));

function wholeIn(query: URLSearchParams, name: string, fallback: number): number {
  const text = query.get(name)?.trim();
  if (text === undefined || text === '') return fallback;
  if (!/^-?\d{1,9}$/.test(text)) throw invalidValue(`${name} has to be a whole number.`);
  return Number(text);
}
