import type { TestApp } from './app.js';

export interface ScimAnswer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: each test knows the shape of what it asks for
  body: any;
}

/** A directory that provisions over SCIM. */
export interface ScimClient {
  token: string;
  serviceAccountId: string;
  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<ScimAnswer>;
}

/** A SCIM client with a service account and a token of its own. */
export async function createScimClient(app: TestApp, name = 'Directory'): Promise<ScimClient> {
  const { createServiceAccount: account } = await app.gql(
    'mutation($name: String!) { createServiceAccount(name: $name, role: NONE) { id } }',
    { name },
  );
  const { token } = await app.gql(
    'mutation($id: ID!) { token: createApiToken(userId: $id, name: "SCIM", actions: ["scim.provision"]) }',
    { id: account.id },
  );
  return { token, serviceAccountId: account.id, send: scimDoor(app, token) };
}

/** Sends to `/scim/v2`; a text is sent as it is. */
export const scimDoor =
  (app: TestApp, token: string | null): ScimClient['send'] =>
  async (method, path, body, headers = {}) => {
    const response = await fetch(`${app.url}/scim/v2${path}`, {
      method,
      headers: {
        ...(token !== null && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/scim+json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === '' ? null : JSON.parse(text) };
  };
