import { createHash } from 'node:crypto';
import type { Group, GroupInput } from '../domain/directory/groups.js';
import type { Person, PersonInput } from '../domain/directory/person.js';
import { invalidValue } from './scim-error.js';
import { type Document, GROUP, type Part, type Shape, USER } from './shape.js';

/** A resource as it is sent. */
export type Resource = Record<string, unknown> & {
  id: string;
  meta: Record<'resourceType' | 'created' | 'lastModified' | 'location' | 'version', string>;
};

/** The resources of a server, as SCIM shows them under this URL. */
export function createResources(baseUrl: string) {
  const urlOf = ({ endpoint }: Shape, id: string) => `${baseUrl}${endpoint}/${id}`;

  function withMeta(shape: Shape, { id, createdAt, updatedAt }: Dated, content: Record<string, unknown>): Resource {
    const created = new Date(createdAt).toISOString();
    const lastModified = new Date(updatedAt).toISOString();
    const body = { schemas: [shape.schema], id, ...content };
    const version = `W/"${createHash('sha256').update(JSON.stringify(body)).digest('hex').slice(0, 16)}"`;
    return { ...body, meta: { resourceType: shape.name, created, lastModified, location: urlOf(shape, id), version } };
  }

  return {
    user(person: Person): Resource {
      const groups = person.groups.map(({ id, name }) => ({
        value: id,
        $ref: urlOf(GROUP, id),
        display: name,
        type: 'direct',
      }));
      return withMeta(USER, person, { ...asJson(userDocument(person)), groups });
    },

    group(group: Group): Resource {
      const { name, externalId } = group;
      const members = group.members.map((member) => ({
        value: member.id,
        $ref: urlOf(USER, member.id),
        display: member.name,
        type: 'User',
      }));
      return withMeta(GROUP, group, { displayName: name, ...(externalId !== null && { externalId }), members });
    },
  };
}

interface Dated {
  id: string;
  createdAt: number;
  updatedAt: number;
}

/** What clients may change of a user. */
export function userDocument({ userName, externalId, displayName, name, emails, active }: PersonInput): Document {
  const document: Document = new Map([['userName', userName]]);
  if (externalId !== null) document.set('externalId', externalId);
  if (displayName !== null) document.set('displayName', displayName);
  if (Object.keys(name).length > 0) document.set('name', new Map(Object.entries(name)));
  if (emails.length > 0) document.set('emails', emails.map(toPart));
  return document.set('active', active);
}

/** `before`: where a document leaves out what is not to be lost by that; null: a new user. */
export function toPersonInput(document: Document, before: Person | null): PersonInput {
  const userName = textIn(document, 'userName');
  if (userName === null || userName.trim() === '') throw invalidValue('A User has to have a userName.');
  const name = document.get('name');
  const emails = document.get('emails');
  const active = document.get('active');
  return {
    userName,
    externalId: textIn(document, 'externalId'),
    displayName: textIn(document, 'displayName'),
    name: name instanceof Map ? Object.fromEntries([...name].map(([part, text]) => [part, String(text)])) : {},
    emails: (Array.isArray(emails) ? emails : []).map((one) => ({
      value: String(one.get('value') ?? ''),
      ...(one.has('type') && { type: String(one.get('type')) }),
      ...(one.has('display') && { display: String(one.get('display')) }),
      ...(one.has('primary') && { primary: one.get('primary') === true }),
    })),
    active: typeof active === 'boolean' ? active : (before?.active ?? true),
  };
}

/** What clients may change of a group. */
export function groupDocument({ name, externalId, members }: Group): Document {
  const document: Document = new Map([['displayName', name]]);
  if (externalId !== null) document.set('externalId', externalId);
  return document.set(
    'members',
    members.map(({ id }) => new Map([['value', id]])),
  );
}

export function toGroupInput(document: Document): GroupInput {
  const name = textIn(document, 'displayName');
  if (name === null) throw invalidValue('A Group has to have a displayName.');
  const members = document.get('members');
  return {
    name,
    externalId: textIn(document, 'externalId'),
    memberIds: (Array.isArray(members) ? members : []).map(memberId),
  };
}

function memberId(member: Part): string {
  const value = member.get('value');
  if (typeof value !== 'string') throw invalidValue('Each of members has to have a value: the id of a user.');
  if (String(member.get('type') ?? 'User').toLowerCase() === 'group')
    throw invalidValue('Groups within groups are not supported: name users as members.');
  return value;
}

function textIn(document: Document, name: string): string | null {
  const value = document.get(name);
  return typeof value === 'string' ? value : null;
}

const toPart = (of: object): Part => new Map(Object.entries(of).filter(([, value]) => value !== undefined));

function asJson(document: Document): Record<string, unknown> {
  return Object.fromEntries(
    [...document].map(([name, value]) => [
      name,
      Array.isArray(value)
        ? value.map((one) => Object.fromEntries(one))
        : value instanceof Map
          ? Object.fromEntries(value)
          : value,
    ]),
  );
}
