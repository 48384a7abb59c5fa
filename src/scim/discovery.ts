import { MAX_COUNT } from './list.js';
import { ScimError } from './scim-error.js';
import { type Attribute, GROUP, type Shape, USER } from './shape.js';

const SHAPES = [USER, GROUP];
const PREFIX = 'urn:ietf:params:scim:schemas:core:2.0';
const LIST = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';

/** What the server can do, and what its resources look like (RFC 7643 §5 to §7), under this URL. */
export function createDiscovery(baseUrl: string) {
  const meta = (resourceType: string, path: string) => ({ resourceType, location: `${baseUrl}${path}` });

  const resourceTypes = SHAPES.map(({ name, endpoint, description, schema }) => ({
    schemas: [`${PREFIX}:ResourceType`],
    id: name,
    name,
    endpoint,
    description,
    schema,
    schemaExtensions: [],
    meta: meta('ResourceType', `/ResourceTypes/${name}`),
  }));

  const schemas = SHAPES.map((shape) => ({
    schemas: [`${PREFIX}:Schema`],
    id: shape.schema,
    name: shape.name,
    description: shape.description,
    attributes: attributesOf(shape),
    meta: meta('Schema', `/Schemas/${shape.schema}`),
  }));

  return {
    serviceProviderConfig: {
      schemas: [`${PREFIX}:ServiceProviderConfig`],
      patch: { supported: true },
      bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
      filter: { supported: true, maxResults: MAX_COUNT },
      changePassword: { supported: false },
      sort: { supported: false },
      etag: { supported: true },
      authenticationSchemes: [
        {
          type: 'oauthbearertoken',
          name: 'API token',
          description: 'Authorization: Bearer, with an API token that is good for "scim.provision" alone.',
          primary: true,
        },
      ],
      meta: meta('ServiceProviderConfig', '/ServiceProviderConfig'),
    },
    resourceTypes: (id: string | undefined) => oneOrAll(resourceTypes, id),
    schemas: (id: string | undefined) => oneOrAll(schemas, id),
  };
}

function oneOrAll<T extends { id: string }>(all: readonly T[], id: string | undefined): object {
  if (id === undefined)
    return { schemas: [LIST], totalResults: all.length, startIndex: 1, itemsPerPage: all.length, Resources: all };
  const found = all.find((one) => one.id.toLowerCase() === id.toLowerCase());
  if (!found) throw new ScimError(404, `There is no "${id}".`);
  return found;
}

const TYPES = { TEXT: 'string', FLAG: 'boolean', COMPLEX: 'complex', LIST: 'complex' };

function attributesOf(shape: Shape): object[] {
  const own = shape.attributes.map((attribute) => attributeOf(attribute));
  if (shape !== USER) return own;
  const groups: Attribute = {
    name: 'groups',
    kind: 'LIST',
    description: 'Groups the user is in.',
    parts: { value: 'TEXT', display: 'TEXT', type: 'TEXT' },
  };
  return [...own, attributeOf(groups, 'readOnly')];
}

function attributeOf(
  { name, kind, description, parts, required = false, unique = false, caseExact = false }: Attribute,
  mutability: 'readWrite' | 'readOnly' = 'readWrite',
): object {
  return {
    name,
    type: TYPES[kind],
    multiValued: kind === 'LIST',
    description,
    required,
    ...(kind === 'TEXT' && { caseExact }),
    mutability,
    returned: 'default',
    uniqueness: unique ? 'server' : 'none',
    ...(parts && {
      subAttributes: Object.entries(parts).map(([part, type]) =>
        attributeOf({ name: part, kind: type, description: `${part} of ${name}.` }, mutability),
      ),
    }),
  };
}
