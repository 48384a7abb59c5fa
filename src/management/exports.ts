import type { Context, Middleware } from 'koa';
import type { createTransferRequests, TransferRequest } from '../domain/bots/transfer/requests.js';
import type { Attachments } from '../files/attachments.js';
import { objectField, readFields, requiredText, textField } from './body.js';
import type { DownloadLinks } from './download-links.js';
import { answering, type EndpointDeps, endpoint, paramOf } from './endpoint.js';
import { partsIn } from './parts.js';
import { invalidArguments, invalidRequest, Refused } from './refusals.js';
import { statusOf } from './status.js';

export interface ExportDeps extends EndpointDeps {
  requests: ReturnType<typeof createTransferRequests>;
  links: DownloadLinks;
  attachments: Pick<Attachments, 'open'>;
}

/** `POST …/bot/{botId}/export` (management-api.md). */
export const startExport = (deps: ExportDeps): Middleware =>
  endpoint(deps, ['BOT_EXPORT'], async ({ ctx, viewer }) => {
    const fields = await readFields(ctx);
    const type = requiredText(fields, 'exportType').toLowerCase();
    if (type !== 'latest' && type !== 'published')
      throw invalidArguments('exportType', 'exportType must be latest or published.');
    const parts = partsIn(objectField(fields, 'exportOptions'));
    const state = type === 'latest' ? ('LATEST' as const) : ('PUBLISHED' as const);
    return toAnswer(deps, await deps.requests.startExport(viewer, { botId: paramOf(ctx, 'botId'), state, parts }));
  });

/** `GET …/bot/{botId}/export/status`: the bot's last export, or the one that `exportId` or the path names. */
export const exportStatus = (deps: ExportDeps): Middleware =>
  endpoint(deps, ['BOT_EXPORT'], async ({ ctx, viewer }) => {
    const named = paramOf(ctx, 'requestId') || textField({ id: ctx.query.exportId }, 'id');
    const request = await deps.requests.findExport(viewer, paramOf(ctx, 'botId'), named || null);
    if (!request) throw invalidRequest();
    return toAnswer(deps, request);
  });

/** `GET …/exportfile/{fileId}`: the zip, for whoever holds a link that is still good. */
export const download = (deps: ExportDeps): Middleware =>
  answering(deps, async (ctx: Context) => {
    const { accountId, expires, signature } = ctx.query;
    const fileId = paramOf(ctx, 'fileId');
    const link = { fileId, accountId: String(accountId), expires: String(expires), signature: String(signature) };
    const found = deps.links.holds(link, deps.clock.now()) ? await deps.attachments.open(link.accountId, fileId) : null;
    if (!found)
      throw new Refused('The download link is wrong or over.', {
        status: 404,
        detail: 'Ask for the status of the export again: it gives a new link.',
      });
    ctx.attachment(found.row.fileName);
    ctx.set({ 'Content-Type': 'application/zip', 'X-Content-Type-Options': 'nosniff', 'Cache-Control': 'no-store' });
    ctx.length = found.row.size;
    ctx.body = found.content;
  });

function toAnswer({ links, clock }: ExportDeps, request: TransferRequest) {
  const { id, botId, state, progress, createdBy, createdAt, accountId } = request;
  return {
    _id: id,
    exportId: id,
    streamId: botId,
    botId,
    status: statusOf(progress),
    exportType: state.toLowerCase(),
    requestType: 'Botexport',
    ...(progress.phase === 'EXPORTED' && {
      ...links.to({ fileId: progress.fileId, accountId, name: `${botId}.zip` }, clock.now()),
      fileId: progress.fileId,
      fileSize: String(progress.bytes),
    }),
    ...(progress.phase === 'FAILED' && { errors: [{ msg: progress.message }] }),
    createdBy,
    createdOn: new Date(createdAt).toISOString(),
    __v: 0,
  };
}
