import { Ajv2020 } from 'ajv/dist/2020.js';
import jwt from 'jsonwebtoken';
import { openApi } from '../../schema/openapi.js';
import { HOOK_VERSIONS } from '../../src/wire/hook-versions.js';
import { createCaller, type TestApp } from '../support/app.js';

/** An answer of the management API. */
export interface Answer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: whatever it answered; reading more than there is fails the test
  body: any;
}

interface Operation {
  tags?: string[];
  responses: Record<string, { content?: Record<string, { schema: object }> }>;
}

const document = openApi(HOOK_VERSIONS);
const ajv = new Ajv2020({ strict: false, validateFormats: false });
ajv.addSchema(document, 'openapi');

/** Operations that have been asked for, and all there are, as `get /path`. */
export const seenOperations = new Set<string>();
export const managementOperations = Object.entries(document.paths as Record<string, Record<string, Operation>>).flatMap(
  ([path, operations]) =>
    Object.entries(operations)
      .filter(([, { tags }]) => tags?.includes('management'))
      .map(([method, operation]) => ({ name: `${method} ${path}`, method, path, operation })),
);

/** Throws when the document does not allow the answer. */
function assertDocumented(method: string, sent: string, { status, body }: Answer): void {
  const pathname = sent.split('?')[0]?.replace(/\/$/, '') ?? '';
  const fits = (path: string) => new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`).test(pathname);
  const literalFirst = managementOperations
    .filter((one) => one.method === method.toLowerCase() && fits(one.path))
    .sort((a, b) => a.path.split('{').length - b.path.split('{').length);
  const [found] = literalFirst;
  if (!found) return;
  seenOperations.add(found.name);
  const { responses } = found.operation;
  const schema = (responses[status] ?? responses.default)?.content?.['application/json']?.schema;
  if (!schema) throw new Error(`${found.name} ${status} is not in the document`);
  const check = ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"openapi#/')));
  if (!check(body)) throw new Error(`${found.name}: ${ajv.errorsText(check.errors)} in ${JSON.stringify(body)}`);
}

/** An app as a deployment script knows it. */
export interface Script {
  clientId: string;
  clientSecret: string;
  token(claims?: Record<string, unknown>): string;
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  upload(content: string | Uint8Array, fileName: string, base?: string): Promise<string>;
}

export const ALL_SCOPES = [
  'BOT_IMPORT',
  'BOT_EXPORT',
  'PUBLISH',
  'PUBLISH_STATUS',
  'BOT_LIST',
  'BOT_SESSIONS',
  'CHAT_HISTORY',
  'BOT_VARIABLES',
];

export async function createScript(app: TestApp, scopes: readonly string[] = ALL_SCOPES): Promise<Script> {
  const { clientId, clientSecret } = await createCaller(app);
  if (scopes.length > 0) {
    await app.gql(
      'mutation($clientId: ID!, $scopes: [AppScope!]!) { grantAppScopes(clientId: $clientId, scopes: $scopes) { clientId } }',
      { clientId, scopes },
    );
  }
  const token = (claims: Record<string, unknown> = {}) =>
    jwt.sign({ appId: clientId, ...claims }, clientSecret, { noTimestamp: true });
  return {
    clientId,
    clientSecret,
    token,
    async call(method, path, body, headers = {}) {
      const isForm = body instanceof URLSearchParams || body instanceof FormData;
      const sent = body === undefined ? null : isForm || typeof body === 'string' ? body : JSON.stringify(body);
      const response = await fetch(`${app.url}${path}`, {
        method,
        headers: { auth: token(), ...(!isForm && sent !== null && { 'content-type': 'application/json' }), ...headers },
        body: sent,
      });
      const text = await response.text();
      const isJson = response.headers.get('content-type')?.includes('json');
      const answer = { status: response.status, body: isJson ? JSON.parse(text) : text };
      assertDocumented(method, path, answer);
      return answer;
    },
    async upload(content, fileName, base = '/api/public') {
      const form = new FormData();
      form.set('fileContext', 'bulkImport');
      form.set('fileExtension', fileName.split('.').at(-1) ?? '');
      form.set('file', new Blob([content as never]), fileName);
      const response = await fetch(`${app.url}${base}/uploadfile`, {
        method: 'POST',
        headers: { auth: token() },
        body: form,
      });
      const { fileId } = (await response.json()) as { fileId: string };
      return fileId;
    },
  };
}

export const FUNCTIONS = 'function greet(name) { return "Hello " + name; }';

/** The files of a bot that greets. */
export const botFile = (name: string) =>
  JSON.stringify({
    _id: 'st-11111111-1111-5111-8111-111111111111',
    type: 'default',
    defaultLanguage: 'en',
    supportedLanguages: ['en'],
    localeData: { en: { name, description: 'Greets' } },
    dialogs: [],
    dialogComponents: [],
    knowledgeTasks: [],
    channels: [{ type: 'ivr', displayName: 'web', enable: true, isAsync: false }],
  });
export const configFile = (name: string) =>
  JSON.stringify({ name, envVariables: [{ key: 'city', value: 'Ulm', variableType: 'env', isSecured: false }] });

/** Asks for a status until it is no more pending. */
export async function settled(script: Script, path: string): Promise<Answer> {
  for (let tries = 0; tries < 200; tries += 1) {
    const answer = await script.call('GET', path);
    if (answer.body.status !== 'pending') return answer;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`${path} stays pending`);
}
