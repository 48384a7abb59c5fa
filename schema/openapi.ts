import { managementPaths, managementSchemas } from './management.js';
import { notifyV2 } from './notify-v2.js';
import { flag, object, ref, text } from './openapi-parts.js';

/** A version of the hook as the document shows it (src/wire/hook-version.ts). */
interface DocumentedVersion {
  name: string;
  base: string;
  schemas: { request: object; answer: object; accepted: object | null; parts: Readonly<Record<string, object>> };
}

import type { Json, JsonObject } from '../src/json.js';

/** Brings a schema's own definitions under `#/components/schemas`, where an OpenAPI document keeps them. */
function component(schema: object): JsonObject {
  const { $id: _, definitions: __, ...rest } = JSON.parse(JSON.stringify(schema)) as Record<string, Json>;
  return moved(rest) as JsonObject; // an object stays one
}

function moved(value: Json): Json {
  if (Array.isArray(value)) return value.map(moved);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [
      key,
      key === '$ref' && typeof part === 'string'
        ? part.replace('#/definitions/', '#/components/schemas/')
        : moved(part),
    ]),
  );
}

const json = (name: string) => ({ 'application/json': { schema: ref(name) } });
const parameter = (name: string) => ({ $ref: `#/components/parameters/${name}` });
const header = (description: string) => ({ description, schema: { type: 'string' } });

const schemas = {
  NotifyV2: component(notifyV2),
  InProgress: object(['status', 'pollId', 'traceId'], {
    status: { const: 'Inprogress' },
    pollId: text,
    traceId: text,
    _v: { const: 'v2' },
  }),
  Errors: object(['errors'], {
    errors: {
      type: 'array',
      minItems: 1,
      items: object(['msg', 'code', 'reason'], {
        msg: text,
        code: { type: 'integer', description: 'The HTTP status' },
        reason: { ...text, description: 'Stable: branch on it' },
        field: { ...text, description: 'What is wrong, as the caller wrote it' },
      }),
    },
    _v: { const: 'v2' },
    _t: { ...text, description: 'The trace id' },
  }),
  File: object(['fileId', 'hash'], { fileId: text, hash: { ...text, description: 'SHA-256, in hexadecimal' } }),
  UploadToken: object(['fileToken', 'expiresOn'], {
    fileToken: text,
    expiresOn: { type: 'string', format: 'date-time' },
  }),
  Done: object(['status'], { status: { const: 'ok' } }),
  UploadFacts: object(['totalChunks'], {
    totalChunks: { type: ['integer', 'string'] },
    filename: text,
    fileExtension: text,
    fileContext: text,
  }),
  Job: object(['_id', 'jobType', 'status', 'percentageComplete', 'store'], {
    _id: text,
    jobType: { const: 'PROACTIVE_NOTIFICATIONS_API' },
    status: { enum: ['IN_PROGRESS', 'SUCCESS'] },
    percentageComplete: { type: 'integer' },
    store: object(['identitiesCount'], {
      identitiesCount: { type: 'integer' },
      deliveredCount: { type: 'integer' },
      failedCount: { type: 'integer' },
    }),
  }),
  PublicKeys: object(['keys'], {
    keys: {
      type: 'array',
      description: 'The current key first; during a rotation also the one before. Empty: no callback is signed so',
      items: object(['kid', 'type', 'publicKey'], {
        kid: text,
        type: { const: 'ed25519' },
        publicKey: { ...text, description: 'whpk_ and base64, as in Standard Webhooks' },
      }),
    },
  }),
  EncryptionKeys: object(['keys'], {
    keys: {
      type: 'array',
      description: 'A JWK set (RFC 7517), the current key first; during a rotation also the one before',
      items: object(['kty', 'kid', 'use', 'n', 'e'], {
        kty: { const: 'RSA' },
        kid: { ...text, description: 'Goes into the header of the encrypted token' },
        use: { const: 'enc' },
        n: text,
        e: text,
      }),
    },
  }),
  BotMeta: object(['_id', 'name', 'icon'], { _id: text, name: text, icon: text }),
  ChatHistory: object(['botId', 'moreAvailable', 'messages'], {
    botId: text,
    icon: text,
    moreAvailable: flag,
    messages: {
      type: 'array',
      description: 'Oldest first',
      items: object(['_id', 'type', 'createdOn', 'components'], {
        _id: text,
        type: { enum: ['incoming', 'outgoing'] },
        createdOn: { type: 'string', format: 'date-time' },
        components: {
          type: 'array',
          items: object(['cT', 'data'], { cT: { const: 'text' }, data: object(['text'], { text }) }),
        },
        traceId: text,
      }),
    },
  }),
};

const REFUSALS: Record<string, string> = {
  400: 'What was sent is not right; `field` names it',
  401: 'The token is not right, not of this channel, or was used before',
  403: 'The channel does not work now; one error for each reason',
  404: 'There is no such thing',
  409: 'The state does not allow it: a key of another message, a channel that cannot send',
  413: 'Too large',
  415: 'Not the content type it takes',
  429: 'Too many; see Retry-After',
  503: 'Too busy just now; see Retry-After',
  504: 'The bot took longer than a synchronous caller waits',
};

const refusals = (...codes: number[]) =>
  Object.fromEntries(codes.map((code) => [code, { description: REFUSALS[code], content: json('Errors') }]));

const traced = { 'X-Trace-Id': header('The same in callbacks, logs and the stored conversation') };
const ok = (description: string, content: object) => ({ 200: { description, headers: traced, content } });
const body = (name: string) => ({ required: true, content: json(name) });

const file = (fields: object, name: string) => ({
  required: true,
  content: {
    'multipart/form-data': { schema: object([name], { [name]: { type: 'string', format: 'binary' }, ...fields }) },
  },
});

const PENDING = {
  202: {
    description: 'With `Prefer: respond-async`: the turn goes on, fetch its answer',
    headers: {
      ...traced,
      Location: header('To poll'),
      Link: header('rel="monitor": the answer as server-sent events'),
    },
    content: json('InProgress'),
  },
};

const anyOf = (...names: string[]) => ({ 'application/json': { schema: { anyOf: names.map(ref) } } });

function message({ name, schemas: { accepted } }: DocumentedVersion, parameters: object[]) {
  const answers = accepted ? anyOf(`Answer${name}`, `Accepted${name}`) : json(`Answer${name}`);
  const acknowledged = accepted ? 'acknowledged at once' : 'acknowledged at once by an empty body';
  return {
    post: {
      summary: `Send a message, ${name}`,
      description: `On an asynchronous channel: ${acknowledged}, answered by POST to its URL.`,
      parameters: [...parameters, parameter('idempotencyKey'), parameter('prefer'), parameter('traceparent')],
      requestBody: body(`Webhook${name}`),
      responses: {
        ...ok('The answer, or the acknowledgement', answers),
        ...PENDING,
        ...refusals(400, 401, 403, 404, 409, 413, 415, 429, 503, 504),
      },
    },
  };
}

const poll = ({ name }: DocumentedVersion, parameters: object[]) => ({
  get: {
    summary: `Fetch what has been said since, ${name}`,
    parameters: [...parameters, parameter('pollId'), parameter('prefer')],
    responses: {
      ...ok('What there is, with a pollId when more follows', anyOf(`Answer${name}`, 'InProgress')),
      ...refusals(400, 401, 404, 429, 504),
    },
  },
});

const events = (parameters: object[]) => ({
  get: {
    summary: 'The same as server-sent events: partial, end, error',
    parameters: [...parameters, parameter('pollId'), parameter('lastEventId')],
    responses: {
      ...ok('A stream', { 'text/event-stream': { schema: text } }),
      204: { description: 'All has been told' },
      ...refusals(400, 401, 404, 429, 503),
    },
  },
});

const bot = parameter('botId');
const instance = parameter('channelId');
const uploadPath = '/api/attachments/{botId}/{channelType}/token';
const uploadOf = [bot, parameter('channelType')];
const finish = {
  put: {
    summary: 'Put the chunks together',
    parameters: [...uploadOf, parameter('token')],
    requestBody: body('UploadFacts'),
    responses: { ...ok('The file', json('File')), ...refusals(400, 401, 403, 404, 409, 413, 415, 429, 503) },
  },
};

function pathsOf(version: DocumentedVersion): Record<string, object> {
  const { base } = version;
  return {
    [`${base}/{botId}`]: message(version, [bot]),
    [`${base}/{botId}/hookInstance/{channelId}`]: message(version, [bot, instance]),
    [`${base}/{botId}/poll/{pollId}`]: poll(version, [bot]),
    [`${base}/{botId}/hookInstance/{channelId}/poll/{pollId}`]: poll(version, [bot, instance]),
    [`${base}/{botId}/poll/{pollId}/events`]: events([bot]),
  };
}

function schemasOf({ name, schemas: { request, answer, accepted, parts } }: DocumentedVersion): Record<string, object> {
  const { definitions = {} } = request as { definitions?: Record<string, object> };
  return {
    [`Webhook${name}`]: component(request),
    ...Object.fromEntries(Object.entries(definitions).map(([part, schema]) => [part, component(schema)])),
    ...parts,
    [`Answer${name}`]: answer,
    ...(accepted && { [`Accepted${name}`]: accepted }),
  };
}

const uploadFile = {
  post: {
    summary: 'Upload a file',
    requestBody: file({ fileContext: text, fileExtension: text }, 'file'),
    responses: { ...ok('The file', json('File')), ...refusals(400, 401, 413, 415, 429, 503) },
  },
};

const OTHER_PATHS = {
  '/api/public/uploadfile': uploadFile,
  '/api/1.1/public/uploadfile': uploadFile,
  [uploadPath]: {
    post: {
      summary: 'Begin an upload in chunks',
      parameters: uploadOf,
      responses: { ...ok('Its token', json('UploadToken')), ...refusals(401, 403, 404, 429, 503) },
    },
  },
  [`${uploadPath}/{token}/chunk`]: {
    post: {
      summary: 'Send a chunk',
      parameters: [...uploadOf, parameter('token')],
      requestBody: file({ chunkNo: { type: 'integer' } }, 'chunk'),
      responses: { ...ok('Kept', json('Done')), ...refusals(400, 401, 403, 404, 413, 415, 429, 503) },
    },
    ...finish,
  },
  [`${uploadPath}/{token}`]: finish,
  '/api/attachments/file/{fileId}': {
    get: {
      summary: 'Open an uploaded file by the URL the bot was given',
      security: [],
      parameters: [parameter('fileId'), { name: 'key', in: 'query', required: true, schema: text }],
      responses: { ...ok('The file', { 'application/octet-stream': { schema: text } }), ...refusals(404) },
    },
  },
  '/chatbot/keys/{channelId}': {
    get: {
      summary: 'The public keys that verify the v1a signatures of callbacks',
      security: [],
      parameters: [instance],
      responses: { ...ok('The keys', json('PublicKeys')), ...refusals(404) },
    },
  },
  '/chatbot/apps/{clientId}/jwks.json': {
    get: {
      summary: 'The public keys to encrypt the tokens of an app with, while it takes encrypted ones',
      security: [],
      parameters: [parameter('clientId')],
      responses: {
        ...ok('The keys', { 'application/jwk-set+json': { schema: { $ref: '#/components/schemas/EncryptionKeys' } } }),
        ...refusals(404),
      },
    },
  },
  '/api/botmeta/{botId}': {
    get: {
      summary: 'What a widget shows of a bot',
      parameters: [bot],
      responses: { ...ok('Name and icon', json('BotMeta')), ...refusals(401, 404, 429) },
    },
  },
  '/api/chathistory/{botId}/{channelType}': {
    get: {
      summary: 'What was said before, for the user whom the token names',
      parameters: [...uploadOf, parameter('limit'), parameter('offset')],
      responses: { ...ok('A page of messages', json('ChatHistory')), ...refusals(400, 401, 404, 429) },
    },
  },
  '/api/public/bot/{botId}/notifyV2': {
    post: {
      summary: 'Send proactive messages',
      parameters: [bot, parameter('idempotencyKey')],
      requestBody: body('NotifyV2'),
      responses: { ...ok('The job', json('Job')), ...refusals(400, 401, 403, 404, 409, 413, 415, 429, 503) },
    },
  },
  '/api/public/bot/{botId}/notifyV2/{jobId}': {
    get: {
      summary: 'How far a job has got',
      parameters: [bot, parameter('jobId')],
      responses: { ...ok('The job', json('Job')), ...refusals(401, 404, 429) },
    },
  },
};

const inPath = (name: string, description: string) => ({ name, in: 'path', required: true, description, schema: text });
const inQuery = (name: string, description: string) => ({
  name,
  in: 'query',
  description,
  schema: { type: 'integer' },
});
const inHeader = (name: string, description: string) => ({ name, in: 'header', description, schema: text });

/** The hooks as an OpenAPI 3.1 document. */
export const openApi = (versions: readonly DocumentedVersion[]) => ({
  openapi: '3.1.1',
  info: {
    title: 'Hookswitch: hooks and management',
    version: '1',
    description:
      'How outside systems talk to bots (docs/hooks.md), and how scripts deploy them (docs/management-api.md, tag management).',
    license: { name: 'MIT', identifier: 'MIT' },
  },
  security: [{ token: [] }],
  paths: { ...Object.assign({}, ...versions.map(pathsOf)), ...OTHER_PATHS, ...managementPaths } as Record<
    string,
    object
  >,
  components: {
    securitySchemes: {
      token: {
        type: 'http',
        scheme: 'bearer',
        bearerFormat: 'JWT',
        description:
          'Signed as the app of the channel says: with its client secret (HS256, HS512) or a key of the caller (RS256, RS512, ES256); claims appId and sub. Where the app says so, encrypted around the signature (JWE: RSA-OAEP-256 or RSA-OAEP, A256GCM)',
      },
    },
    parameters: {
      botId: inPath('botId', 'st-…'),
      channelId: inPath('channelId', 'ivrInst-…'),
      clientId: inPath('clientId', 'cs-…'),
      channelType: inPath('channelType', 'ivr for the default channel, else ivrInst-…'),
      pollId: inPath('pollId', 'Of an answer that was not complete'),
      token: inPath('token', 'fileToken'),
      fileId: inPath('fileId', 'Of an upload'),
      jobId: inPath('jobId', 'ds-…'),
      limit: inQuery('limit', 'Up to 100; 20 when not given'),
      offset: inQuery('offset', 'How many of the latest to leave out'),
      idempotencyKey: inHeader('Idempotency-Key', 'The same key and body again: the first answer, for 24 hours'),
      prefer: inHeader('Prefer', 'respond-async, wait=<seconds>'),
      traceparent: inHeader('traceparent', 'W3C Trace Context'),
      lastEventId: inHeader('Last-Event-ID', 'Goes on behind this event'),
    },
    schemas: { ...Object.assign({}, ...versions.map(schemasOf)), ...schemas, ...managementSchemas } as Record<
      string,
      object
    >,
  },
});
