import type { Context, Middleware } from 'koa';
import type { createTransferRequests, TransferRequest } from '../domain/bots/transfer/requests.js';
import type { SentFiles } from '../domain/bots/transfer/transfer-jobs.js';
import { AppError } from '../errors.js';
import { type Fields, objectField, readFields, requiredText, textField, textsField } from './body.js';
import { type EndpointDeps, endpoint, paramOf } from './endpoint.js';
import { partsIn } from './parts.js';
import { invalidFile, invalidRequest } from './refusals.js';
import { statusOf } from './status.js';

export interface ImportDeps extends EndpointDeps {
  requests: ReturnType<typeof createTransferRequests>;
}

/** `POST …/bot/import`: a bot of its own (management-api.md). */
export const importNew = (deps: ImportDeps): Middleware =>
  endpoint(deps, ['BOT_IMPORT'], async ({ ctx, viewer }) => {
    const fields = await readFields(ctx);
    const files = filesIn(fields);
    if (!('zip' in files)) requiredText(fields, 'icon');
    const name = textField(fields, 'name');
    const parts = partsIn(objectField(fields, 'importOptions'));
    const input = { mode: 'NEW' as const, botId: null, name, files, parts };
    return toAnswer(await known(() => deps.requests.startImport(viewer, input)));
  });

/** `POST …/bot/{botId}/import`: replaces the bot's definition; with parts named in `importOptions`, those are merged in. */
export const importInto = (deps: ImportDeps): Middleware =>
  endpoint(deps, ['BOT_IMPORT'], async ({ ctx, viewer }) => {
    const fields = await readFields(ctx);
    const files = filesIn(fields);
    const parts = partsIn(objectField(fields, 'importOptions'));
    const mode = parts === null ? ('FULL' as const) : ('INCREMENTAL' as const);
    const input = { mode, botId: paramOf(ctx, 'botId'), name: null, files, parts };
    return toAnswer(await known(() => deps.requests.startImport(viewer, input)));
  });

/** `GET …/bot/import/status/{requestId}`. */
export const importStatus = (deps: ImportDeps): Middleware =>
  endpoint(deps, ['BOT_IMPORT'], async ({ ctx, viewer }) => {
    const request = await deps.requests.findImport(viewer, requestId(ctx));
    if (!request) throw invalidRequest();
    return toAnswer(request);
  });

const requestId = (ctx: Context): string => paramOf(ctx, 'requestId');

/** Icons are not kept: an id of one is not looked at, as the platform does not look at it either. */
function filesIn(fields: Fields): SentFiles {
  if (textField(fields, 'uploadMode')?.toUpperCase() === 'ZIP') return { zip: requiredText(fields, 'zipInfo') };
  return {
    definition: requiredText(fields, 'botDefinition'),
    config: requiredText(fields, 'configInfo'),
    others: textsField(fields, 'botFunctions'),
  };
}

async function known<T>(start: () => Promise<T>): Promise<T> {
  try {
    return await start();
  } catch (error) {
    if (error instanceof AppError && error.details.field === 'fileId') throw invalidFile('fileId', error.message);
    throw error;
  }
}

/** What scripts look for among the parts of an import, spelled as they spell it; `importRequest` before them, `importBot` after. */
const PARTS = [
  'Bot Definition',
  'IdpConfigurations',
  'CustomTemplates',
  'BotFunctions',
  'Widget',
  'Dialog',
  'Form',
  'BotVariables',
  'Event',
  'KnowledgeTasks',
  'Utterences',
  'Patterns',
  'Standard Responses',
  'SmallTalk',
];

function toAnswer({ id, botId, name, progress, createdBy, createdAt }: TransferRequest) {
  const status = statusOf(progress);
  const log = (taskType: string, of: string) => ({ taskType, taskName: name, status: of });
  const done = status === 'success' ? PARTS.map((part) => log(part, 'success')) : [];
  return {
    _id: id,
    streamRefId: id.replace(/^bir-/, ''),
    status,
    statusLogs: [log('importRequest', 'success'), ...done, ...(status === 'pending' ? [] : [log('importBot', status)])],
    requestType: 'Botimport',
    ...(botId !== null && { streamId: botId }),
    createdBy,
    createdOn: new Date(createdAt).toISOString(),
    __v: 0,
    ...(progress.phase === 'IMPORTED' && progress.warnings.length > 0 && { warnings: progress.warnings }),
    ...(progress.phase === 'FAILED' && { errors: [{ msg: progress.message }] }),
  };
}
