import { notifyV2 } from './notify-v2.js';
import { webhookV1 } from './webhook-v1.js';
import { webhookV2 } from './webhook-v2.js';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Brings a schema's own definitions under `#/components/schemas`, where an OpenAPI document keeps them. */
function component(schema: object): Json {
  const { $id: _, definitions: __, ...rest } = JSON.parse(JSON.stringify(schema)) as Record<string, Json>;
  return moved(rest);
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

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const json = (name: string) => ({ 'application/json': { schema: ref(name) } });
const parameter = (name: string) => ({ $ref: `#/components/parameters/${name}` });
const header = (description: string) => ({ description, schema: { type: 'string' } });

const text = { type: 'string' };
const flag = { type: 'boolean' };
const strings = { type: 'array', items: text };
const object = (required: string[], properties: object) => ({ type: 'object', required, properties });

const endOfTask = { endOfTask: { const: true }, endReason: text, completedTaskId: text, completedTaskName: text };
const burst = {
  answers: { ...strings, description: 'What the callers call the messages it answers, when there are several' },
  answeredBy: { ...text, description: 'The message whose answer is the answer to this one, too' },
};

const schemas = {
  WebhookV1: component(webhookV1),
  WebhookV2: component(webhookV2),
  NotifyV2: component(notifyV2),
  ...Object.fromEntries(Object.entries(webhookV1.definitions).map(([name, schema]) => [name, component(schema)])),
  AnswerV1: object(['text'], {
    text: {
      description: 'One message: a string; several, or a template: an array; nothing: ""',
      anyOf: [text, { type: 'array', items: { type: ['string', 'object'] } }],
    },
    form: { type: 'object' },
    agentTransfer: flag,
    pollId: text,
    ...endOfTask,
    ...burst,
  }),
  ItemV2: object(['type', 'val', 'createdOn', 'messageId'], {
    type: { enum: ['text', 'template', 'event'] },
    val: { type: ['string', 'object'] },
    eventType: { enum: ['SESSION_CLOSURE_SUCCESS', 'SESSION_CLOSURE_IGNORED'] },
    description: text,
    createdOn: { type: 'string', format: 'date-time' },
    messageId: text,
  }),
  AnswerV2: object(['_v', 'to', 'from', 'data', 'traceId'], {
    _v: { const: 'v2' },
    to: text,
    from: text,
    data: { type: 'array', items: ref('ItemV2') },
    form: { type: 'object' },
    agentTransfer: flag,
    sessionId: text,
    traceId: text,
    pollId: { ...text, description: 'There is more, or will be: GET …/poll/{pollId}' },
    ...endOfTask,
    ...burst,
  }),
  InProgress: object(['status', 'pollId', 'traceId'], {
    status: { const: 'Inprogress' },
    pollId: text,
    traceId: text,
    _v: { const: 'v2' },
  }),
  AcceptedV2: object(['status', '_v', 'traceId'], { status: { const: 'ok' }, _v: { const: 'v2' }, traceId: text }),
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

function message(version: 'V1' | 'V2', parameters: object[]) {
  const answers =
    version === 'V2'
      ? { 'application/json': { schema: { anyOf: [ref('AnswerV2'), ref('AcceptedV2')] } } }
      : json('AnswerV1');
  return {
    post: {
      summary: `Send a message, ${version}`,
      description: 'On an asynchronous channel: acknowledged at once (V1: an empty body), answered by POST to its URL.',
      parameters: [...parameters, parameter('idempotencyKey'), parameter('prefer'), parameter('traceparent')],
      requestBody: body(`Webhook${version}`),
      responses: {
        ...ok('The answer, or the acknowledgement', answers),
        ...PENDING,
        ...refusals(400, 401, 403, 404, 409, 413, 415, 429, 503, 504),
      },
    },
  };
}

function poll(version: 'V1' | 'V2', parameters: object[]) {
  const answers = { 'application/json': { schema: { anyOf: [ref(`Answer${version}`), ref('InProgress')] } } };
  return {
    get: {
      summary: `Fetch what has been said since, ${version}`,
      parameters: [...parameters, parameter('pollId'), parameter('prefer')],
      responses: {
        ...ok('What there is, with a pollId when more follows', answers),
        ...refusals(400, 401, 404, 429, 504),
      },
    },
  };
}

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

const paths: Record<string, object> = {};
for (const [version, base] of [
  ['V1', '/chatbot/hooks'],
  ['V2', '/chatbot/v2/webhook'],
] as const) {
  paths[`${base}/{botId}`] = message(version, [bot]);
  paths[`${base}/{botId}/hookInstance/{channelId}`] = message(version, [bot, instance]);
  paths[`${base}/{botId}/poll/{pollId}`] = poll(version, [bot]);
  paths[`${base}/{botId}/hookInstance/{channelId}/poll/{pollId}`] = poll(version, [bot, instance]);
  paths[`${base}/{botId}/poll/{pollId}/events`] = events([bot]);
}
Object.assign(paths, {
  '/api/public/uploadfile': {
    post: {
      summary: 'Upload a file',
      requestBody: file({ fileContext: text, fileExtension: text }, 'file'),
      responses: { ...ok('The file', json('File')), ...refusals(400, 401, 413, 415, 429, 503) },
    },
  },
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
      summary: "Send messages of the bot's own accord",
      parameters: [bot],
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
});

const inPath = (name: string, description: string) => ({ name, in: 'path', required: true, description, schema: text });
const inQuery = (name: string, description: string) => ({
  name,
  in: 'query',
  description,
  schema: { type: 'integer' },
});
const inHeader = (name: string, description: string) => ({ name, in: 'header', description, schema: text });

/** The hooks as an OpenAPI 3.1 document. */
export const openApi = {
  openapi: '3.1.1',
  info: {
    title: 'Hookswitch: hooks',
    version: '1',
    description: 'How outside systems talk to bots. docs/hooks.md says more of each point.',
    license: { name: 'MIT', identifier: 'MIT' },
  },
  security: [{ token: [] }],
  paths,
  components: {
    securitySchemes: {
      token: {
        type: 'http',
        scheme: 'bearer',
        bearerFormat: 'JWT',
        description: 'Signed with the client secret of the app of the channel; claims appId and sub',
      },
    },
    parameters: {
      botId: inPath('botId', 'st-…'),
      channelId: inPath('channelId', 'ivrInst-…'),
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
    schemas,
  },
};
