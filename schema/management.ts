import { flag, object, ref, strings, text } from './openapi-parts.js';

/** The schemas of the management API, the platform's own (docs/management-api.md). */
export const managementSchemas = {
  ManagementErrors: object(['errors'], {
    errors: {
      type: 'array',
      minItems: 1,
      maxItems: 1,
      items: object(['msg', 'code'], {
        msg: { ...text, description: "In the platform's words" },
        code: {
          type: 'integer',
          description: '4002 for what is wrong with the token or its scopes, else the HTTP status',
        },
        field: { ...text, description: 'What is wrong, as the caller wrote it' },
        detail: { ...text, description: 'What to do about it' },
      }),
    },
  }),
  ImportRequest: object([], {
    botDefinition: { ...text, description: 'fileId; required without uploadMode ZIP' },
    configInfo: { ...text, description: 'fileId; required without uploadMode ZIP' },
    icon: { ...text, description: 'Required for a new bot, and not looked at' },
    botFunctions: { anyOf: [strings, text], description: 'fileIds of functions and data tables' },
    name: { ...text, description: "Of a new bot, instead of the files' own" },
    uploadMode: { enum: ['JSON', 'ZIP'] },
    zipInfo: { ...text, description: 'fileId of a zip, with uploadMode ZIP' },
    importOptions: ref('TransferOptions'),
  }),
  TransferOptions: object([], { tasks: strings, nlpData: strings, settings: strings }),
  ImportStatus: object(['_id', 'streamRefId', 'status', 'statusLogs', 'requestType', 'createdBy', 'createdOn'], {
    _id: { ...text, description: 'bir-…' },
    streamRefId: text,
    status: { enum: ['pending', 'success', 'failed'] },
    streamId: { ...text, description: 'The bot, once it is known' },
    statusLogs: {
      type: 'array',
      items: object(['taskType', 'taskName', 'status'], { taskType: text, taskName: text, status: text }),
    },
    requestType: { const: 'Botimport' },
    createdBy: text,
    createdOn: { type: 'string', format: 'date-time' },
    __v: { type: 'integer' },
    warnings: {
      type: 'array',
      description: 'What this server keeps but cannot run',
      items: object(['path', 'message'], { path: text, message: text }),
    },
    errors: { type: 'array', items: object(['msg'], { msg: text }) },
  }),
  ExportRequest: object(['exportType'], {
    exportType: { enum: ['latest', 'published'] },
    exportOptions: ref('TransferOptions'),
    allTasks: flag,
    subTasks: { type: 'object' },
  }),
  ExportStatus: object(['_id', 'streamId', 'status', 'exportType', 'requestType', 'createdBy', 'createdOn'], {
    _id: { ...text, description: 'ber-…' },
    exportId: text,
    streamId: text,
    botId: text,
    status: { enum: ['pending', 'success', 'failed'] },
    exportType: { enum: ['latest', 'published'] },
    requestType: { const: 'Botexport' },
    downloadURL: { ...text, description: 'Good for 15 minutes; each status gives a new one' },
    fileId: text,
    fileSize: { ...text, description: 'Bytes' },
    store: object(['urlParams'], { urlParams: text }),
    createdBy: text,
    createdOn: { type: 'string', format: 'date-time' },
    __v: { type: 'integer' },
    errors: { type: 'array', items: object(['msg'], { msg: text }) },
  }),
  Variables: {
    type: 'array',
    items: object(['key'], {
      key: text,
      value: { ...text, description: 'Of a secured one: empty in exports, and then left as it is by an import' },
      isSecured: flag,
      variableType: { ...text, description: 'env; those of type locale are not looked at' },
      hint: text,
      scope: text,
      group: text,
      propagateValue: flag,
      vNameSpace: strings,
    }),
  },
  VariablesSet: object(['message'], { message: text }),
  PublishRequest: object(['versionComment'], {
    versionComment: text,
    initiateTraining: { type: ['boolean', 'string'] },
  }),
  Published: {
    type: 'array',
    items: object(['resourceType', 'resourceId', 'sbResourceId', 'status', 'result'], {
      resourceType: text,
      resourceId: text,
      sbResourceId: text,
      status: { const: 'SUCCESS' },
      result: object(['state', 'versionComment'], {
        state: { enum: ['awaitingApproval', 'published'] },
        versionComment: text,
      }),
    }),
  },
  PublishStatus: object(['_id', 'jobType', 'streamId', 'status', 'percentageComplete', 'requestedTime'], {
    _id: { ...text, description: 'ds-…' },
    jobType: { const: 'PUBLISH_BOT' },
    action: { const: 'RUN' },
    streamId: text,
    status: { enum: ['inprogress', 'successful', 'failed'] },
    percentageComplete: { type: 'integer' },
    versionNumber: { type: 'integer' },
    versionComment: { type: ['string', 'null'] },
    requestedTime: { type: 'string', format: 'date-time' },
    statusSummary: { type: 'array', items: { type: 'object' } },
  }),
  BotList: object(['total', 'availableMore', 'bots'], {
    total: { type: 'integer' },
    availableMore: flag,
    bots: {
      type: 'array',
      items: object(['_id', 'name', 'accountId', 'type', 'status'], {
        _id: text,
        name: text,
        accountId: text,
        type: text,
        status: { enum: ['configured', 'published'] },
      }),
    },
  }),
  ListRequest: object([], {
    userId: text,
    sessionId: { anyOf: [strings, text] },
    dateFrom: text,
    dateTo: text,
    skip: { type: ['integer', 'string'] },
    offset: { type: ['integer', 'string'] },
    limit: { type: ['integer', 'string'] },
  }),
  Sessions: object(['total', 'moreAvailable', 'sessions'], {
    total: { type: 'integer' },
    moreAvailable: flag,
    sessions: {
      type: 'array',
      items: object(['sessionId', 'botId', 'userId', 'start_time', 'end_time', 'sessionStatus', 'tags'], {
        sessionId: text,
        botId: text,
        userId: text,
        start_time: text,
        end_time: text,
        sessionStatus: { enum: ['active', 'closed'] },
        tags: { type: 'object' },
      }),
    },
    invalidSessions: strings,
  }),
  Messages: object(['total', 'moreAvailable', 'messages'], {
    total: { type: 'integer' },
    moreAvailable: flag,
    messages: {
      type: 'array',
      items: object(['_id', 'botId', 'type', 'components', 'createdBy', 'createdOn', 'timestampValue', 'sessionId'], {
        _id: text,
        botId: text,
        type: { enum: ['incoming', 'outgoing'] },
        components: { type: 'array', items: object(['cT', 'data'], { cT: text, data: object(['text'], { text }) }) },
        createdBy: text,
        createdOn: text,
        timestampValue: { type: 'integer' },
        sessionId: text,
      }),
    },
  }),
};

const content = (name: string) => ({ 'application/json': { schema: ref(name) } });
const inPath = (name: string, description: string) => ({ name, in: 'path', required: true, description, schema: text });
const bot = inPath('botId', 'st-…');

const REFUSALS = {
  '400': 'An id is unknown, or nothing was selected',
  '401': 'The token is missing or wrong',
  '403': 'An admin has not granted the app the scope',
  '404': 'The link is wrong or over',
  '405': 'Another method',
  '409': 'The state does not allow it',
  '412': 'A field is missing or wrong',
  '413': 'The body is too large',
  '429': 'Too many requests',
  '503': 'Later',
};

const operation = (summary: string, answer: string, more: object = {}) => ({
  summary,
  tags: ['management'],
  responses: {
    '200': { description: 'Done', content: content(answer) },
    default: {
      description: Object.entries(REFUSALS)
        .map((pair) => pair.join(': '))
        .join('. '),
      content: content('ManagementErrors'),
    },
  },
  ...more,
});

/** JSON, or a form with the same names. */
const body = (name: string) => ({
  requestBody: {
    content: { ...content(name), 'application/x-www-form-urlencoded': { schema: ref(name) } },
  },
});

const download = {
  get: {
    summary: 'Download an export by the link that its status gave',
    tags: ['management'],
    security: [],
    parameters: [inPath('fileId', 'Of an export')],
    responses: {
      '200': { description: 'A zip', content: { 'application/zip': { schema: text } } },
      default: { description: 'The link is wrong or over', content: content('ManagementErrors') },
    },
  },
};

const exportOf = (summary: string, parameters: object[]) => operation(summary, 'ExportStatus', { parameters });
const messagesOf = (parameters: object[]) =>
  operation('What was said, newest first', 'Messages', { parameters, ...body('ListRequest') });
const messagesByQuery = operation('What was said by and to one user, newest first', 'Messages', {
  parameters: [bot, { name: 'userId', in: 'query', required: true, schema: text }],
});

const variablesUnder = (base: string): Record<string, object> => ({
  [`${base}/export`]: {
    post: operation('The variables of a bot, the secured ones without value', 'Variables', { parameters: [bot] }),
  },
  [`${base}/import`]: {
    post: operation('Set variables of a bot', 'VariablesSet', { parameters: [bot], ...body('Variables') }),
  },
});

function pathsUnder(base: string): Record<string, object> {
  return {
    [`${base}/bot/import`]: { post: operation('Import a new bot', 'ImportStatus', body('ImportRequest')) },
    [`${base}/bot/import/status/{requestId}`]: {
      get: operation('How an import stands', 'ImportStatus', { parameters: [inPath('requestId', 'bir-…')] }),
    },
    [`${base}/bot/{botId}/import`]: {
      post: operation('Import into a bot', 'ImportStatus', { parameters: [bot], ...body('ImportRequest') }),
    },
    [`${base}/bot/{botId}/export`]: {
      post: operation('Export a bot', 'ExportStatus', { parameters: [bot], ...body('ExportRequest') }),
    },
    [`${base}/bot/{botId}/export/status`]: {
      get: exportOf('How the last export stands, or the one of exportId', [
        bot,
        { name: 'exportId', in: 'query', schema: text },
      ]),
    },
    [`${base}/bot/{botId}/export/{requestId}`]: {
      get: exportOf('How an export stands', [bot, inPath('requestId', 'ber-…')]),
    },
    [`${base}/bot/{botId}/publish`]: {
      post: operation('Publish with all enabled channels', 'Published', {
        parameters: [bot],
        ...body('PublishRequest'),
      }),
    },
    [`${base}/bot/{botId}/publish/status`]: {
      get: operation('How the last publish stands', 'PublishStatus', { parameters: [bot] }),
    },
    [`${base}/bots`]: {
      get: operation('The bots of the account', 'BotList', {
        parameters: ['offset', 'limit'].map((name) => ({ name, in: 'query', schema: { type: 'integer' } })),
      }),
    },
    [`${base}/bot/{botId}/getSessions`]: {
      post: operation('The sessions of a bot, newest first', 'Sessions', { parameters: [bot], ...body('ListRequest') }),
    },
    [`${base}/getSessions`]: { post: operation('The sessions of the account', 'Sessions', body('ListRequest')) },
    [`${base}/bot/{botId}/getMessages`]: { get: messagesByQuery, post: messagesOf([bot]) },
    [`${base}/bot/{botId}/getMessagesV2`]: { get: messagesByQuery, post: messagesOf([bot]) },
    [`${base}/getMessages`]: { post: messagesOf([]) },
    [`${base}/getMessagesV2`]: { post: messagesOf([]) },
    ...variablesUnder(`${base}/builder/bot/{botId}/variables`),
    ...variablesUnder(`${base}/builder/stream/{botId}/variables`),
  };
}

export const managementPaths: Record<string, object> = {
  ...pathsUnder('/api/public'),
  ...pathsUnder('/api/1.1/public'),
  '/api/public/exportfile/{fileId}': download,
  '/api/8081/api/public/exportfile/{fileId}': download,
};
