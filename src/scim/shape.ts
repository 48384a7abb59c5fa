import type { AttributePath } from './filter.js';
import { invalidPath, invalidValue } from './scim-error.js';

/** What a value of an attribute is. A `LIST` is of complex values, a `COMPLEX` one has parts. */
export type AttributeKind = 'TEXT' | 'FLAG' | 'COMPLEX' | 'LIST';

export interface Attribute {
  name: string;
  kind: AttributeKind;
  description: string;
  /** Parts of it by name. */
  parts?: Readonly<Record<string, 'TEXT' | 'FLAG'>>;
  required?: boolean;
  unique?: boolean;
  caseExact?: boolean;
}

/** A kind of resource: what of it is kept, and what clients may send without being refused. */
export interface Shape {
  schema: string;
  name: 'User' | 'Group';
  endpoint: '/Users' | '/Groups';
  description: string;
  attributes: readonly Attribute[];
  /** Set by this server alone. */
  readOnly: readonly string[];
  /** Attributes of RFC 7643 that are not kept here. */
  ignored: readonly string[];
}

/** A resource as it is sent, with the names that the shape gives. */
export type Document = Map<string, string | boolean | Part | Part[]>;
export type Part = Map<string, string | boolean>;

export const USER: Shape = {
  schema: 'urn:ietf:params:scim:schemas:core:2.0:User',
  name: 'User',
  endpoint: '/Users',
  description: 'Somebody who signs in to the console.',
  attributes: [
    { name: 'userName', kind: 'TEXT', description: 'The name in the directory.', required: true, unique: true },
    { name: 'externalId', kind: 'TEXT', description: 'The id in the directory.', caseExact: true },
    { name: 'displayName', kind: 'TEXT', description: 'The name in the console.' },
    {
      name: 'name',
      kind: 'COMPLEX',
      description: 'The parts of the name.',
      parts: {
        formatted: 'TEXT',
        familyName: 'TEXT',
        givenName: 'TEXT',
        middleName: 'TEXT',
        honorificPrefix: 'TEXT',
        honorificSuffix: 'TEXT',
      },
    },
    {
      name: 'emails',
      kind: 'LIST',
      description: 'E-mail addresses; the primary one finds the user at a sign-in by a provider.',
      parts: { value: 'TEXT', display: 'TEXT', type: 'TEXT', primary: 'FLAG' },
    },
    { name: 'active', kind: 'FLAG', description: 'Whether the user may sign in.' },
  ],
  readOnly: ['id', 'meta', 'groups', 'schemas'],
  ignored: [
    'nickName',
    'profileUrl',
    'title',
    'userType',
    'preferredLanguage',
    'locale',
    'timezone',
    'password',
    'phoneNumbers',
    'ims',
    'photos',
    'addresses',
    'entitlements',
    'roles',
    'x509Certificates',
  ],
};

export const GROUP: Shape = {
  schema: 'urn:ietf:params:scim:schemas:core:2.0:Group',
  name: 'Group',
  endpoint: '/Groups',
  description: 'A set of users; an ADMIN says in this product which role it gives them.',
  attributes: [
    { name: 'displayName', kind: 'TEXT', description: 'The name of the group.', required: true, unique: true },
    { name: 'externalId', kind: 'TEXT', description: 'The id in the directory.', caseExact: true },
    {
      name: 'members',
      kind: 'LIST',
      description: 'Users in the group, by id.',
      parts: { value: 'TEXT', display: 'TEXT', type: 'TEXT' },
    },
  ],
  readOnly: ['id', 'meta', 'schemas'],
  ignored: [],
};

type Found = { is: 'KEPT'; attribute: Attribute; part: string | null } | { is: 'READ_ONLY' } | { is: 'IGNORED' };

/** What a path means; null: nothing that SCIM or the shape knows. */
export function lookUp(shape: Shape, { schema, attribute, sub }: AttributePath): Found | null {
  if (schema !== null) return { is: 'IGNORED' }; // an extension
  const isNamed = (name: string) => name.toLowerCase() === attribute;
  if (shape.readOnly.some(isNamed)) return { is: 'READ_ONLY' };
  if (shape.ignored.some(isNamed)) return { is: 'IGNORED' };
  const found = shape.attributes.find(({ name }) => isNamed(name));
  if (!found) return null;
  if (sub === null) return { is: 'KEPT', attribute: found, part: null };
  if (sub === '$ref') return { is: 'READ_ONLY' };
  const part = Object.keys(found.parts ?? {}).find((name) => name.toLowerCase() === sub);
  return part === undefined ? null : { is: 'KEPT', attribute: found, part };
}

/** The body of a POST or PUT. What the shape does not keep is left out. ScimError `invalidValue`. */
export function readDocument(shape: Shape, body: object): Document {
  const document: Document = new Map();
  for (const [key, value] of Object.entries(body)) {
    const found = lookUp(shape, { schema: null, attribute: key.toLowerCase(), sub: null });
    if (found?.is !== 'KEPT' || value === null) continue;
    const read = readValue(found.attribute, value);
    if (read !== null) document.set(found.attribute.name, read);
  }
  return document;
}

/** The value of an attribute; null: none is given. */
export function readValue(attribute: Attribute, value: unknown): string | boolean | Part | Part[] | null {
  const { name, kind } = attribute;
  if (kind === 'TEXT' || kind === 'FLAG') return readScalar(name, kind, value);
  if (kind === 'COMPLEX') return readPart(attribute, value);
  return readList(attribute, value);
}

/** One value stands for a list of one, and a text for a value without other parts. */
export const readList = (attribute: Attribute, value: unknown): Part[] =>
  (value === null || value === undefined ? [] : [value].flat()).map((one) =>
    readPart(attribute, typeof one === 'string' ? { value: one } : one),
  );

export function readPart({ name, parts = {} }: Attribute, value: unknown): Part {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalidValue(`${name} has to be an object with ${Object.keys(parts).join(', ')}.`);
  const part: Part = new Map();
  for (const [key, given] of Object.entries(value)) {
    const known = Object.entries(parts).find(([of]) => of.toLowerCase() === key.toLowerCase());
    const read = known && readScalar(`${name}.${known[0]}`, known[1], given);
    if (known && read !== null && read !== undefined) part.set(known[0], read);
  }
  return part;
}

/** Entra ID sends truth as "True" and "False", and wraps a single value into a list. */
export function readScalar(name: string, kind: 'TEXT' | 'FLAG', value: unknown): string | boolean | null {
  if (value === null || value === undefined) return null;
  if (Array.isArray(value) && value.length === 1) return readScalar(name, kind, Object(value[0]).value ?? value[0]);
  if (kind === 'FLAG') {
    const word = typeof value === 'string' ? value.trim().toLowerCase() : value;
    if (word === true || word === 'true') return true;
    if (word === false || word === 'false') return false;
    throw invalidValue(`${name} has to be true or false.`);
  }
  if (typeof value === 'string') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  throw invalidValue(`${name} has to be a text.`);
}

export const unknownPath = (shape: Shape, path: string) =>
  invalidPath(`A ${shape.name} has nothing at the path "${path.slice(0, 200)}".`);
