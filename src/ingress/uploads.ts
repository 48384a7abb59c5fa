import Router from '@koa/router';
import type { Context } from 'koa';
import { badInput, notFound, type Shortage } from '../errors.js';
import type { Events } from '../events.js';
import { type Attachments, type FileFacts, MAX_CHUNKS } from '../files/attachments.js';
import type { StoredBytes } from '../files/byte-store.js';
import type { Uploader } from '../files/upload-room.js';
import { readBody, toText } from '../request-body.js';
import { allowSlowUpload } from '../slow-uploads.js';
import { WEBHOOK_TYPE } from '../vocabulary.js';
import { hookV2 } from '../wire/v2.js';
import { type AdmissionDeps, admit, callerOrTester, consumeToken } from './admission.js';
import { assertRoom } from './assert-room.js';
import type { TokenNames } from './authenticate.js';
import { endpoint, paramsOf } from './endpoint.js';
import { type Form, readForm } from './multipart.js';
import { parseJsonObject } from './parse-json.js';

export interface UploadDeps extends AdmissionDeps {
  attachments: Attachments;
  events: Events;
  maxBodyBytes: number;
  shortage(): Shortage | null;
}

/** Both generations of the path: deployment scripts know it, too. */
const UPLOAD_FILE = ['/api/public/uploadfile', '/api/1.1/public/uploadfile'];
const TOKEN = '/api/attachments/:botId/:channelType/token';

/** Uploads of callers (kore-webhook.md §1.13), and the URLs under which bots open them. */
export function uploadRoutes(deps: UploadDeps): Router {
  const router = new Router();
  const { attachments } = deps;
  const at = (answer: (ctx: Context) => Promise<void>) => endpoint(deps, hookV2, answer);

  const uploadFile = at(async (ctx) => {
    const owner = await uploader(deps, ctx, 'APP');
    using _room = await attachments.reserve(sizeOf(ctx), owner);
    const { fields, file } = await readFile(attachments, ctx);
    const facts = factsOf(fields, file.fileName);
    ctx.body = toAnswer(await orDiscard(attachments, file, () => attachments.keep(owner, file.bytes, facts())));
  });
  for (const path of UPLOAD_FILE) router.post(path, uploadFile);
  router.post(
    TOKEN,
    at(async (ctx) => {
      const { token, expiresAt } = await attachments.begin(await uploader(deps, ctx));
      ctx.body = { fileToken: token, expiresOn: new Date(expiresAt).toISOString() };
    }),
  );
  router.post(
    `${TOKEN}/:token/chunk`,
    at(async (ctx) => {
      const owner = await uploader(deps, ctx);
      using _room = await attachments.reserve(sizeOf(ctx), null); // its app's quota counted it when it began
      const { fields, file } = await readFile(attachments, ctx);
      const number = () => wholeNumber('chunkNo', fields.get('chunkNo'), 0);
      const { token = '' } = paramsOf(ctx);
      await orDiscard(attachments, file, () => attachments.addChunk(owner, token, number(), file.bytes));
      ctx.body = { status: 'ok' };
    }),
  );
  const finish = at(async (ctx) => {
    const owner = await uploader(deps, ctx);
    const fields = await readFields(deps, ctx);
    const totalChunks = wholeNumber('totalChunks', fields.get('totalChunks'), 1);
    const { token = '' } = paramsOf(ctx);
    ctx.body = toAnswer(await attachments.finish(owner, token, totalChunks, factsOf(fields, '')()));
  });
  router.put(`${TOKEN}/:token`, finish);
  router.put(`${TOKEN}/:token/chunk`, finish); // as documented; a known client uses the shorter one

  router.get(
    '/api/attachments/file/:fileId',
    at(async (ctx) => {
      const { fileId = '' } = paramsOf(ctx);
      const found = await attachments.read(fileId, String(ctx.query.key ?? ''));
      if (!found) throw notFound('attachment', fileId);
      // An upload is never shown as a page of this server.
      ctx.attachment(found.row.fileName);
      ctx.set({ 'Content-Type': 'application/octet-stream', 'X-Content-Type-Options': 'nosniff' });
      ctx.length = found.row.size;
      ctx.body = found.content;
    }),
  );
  return router;
}

/** The app behind the token: of the channel in the path, where there is one. */
async function uploader(deps: UploadDeps, ctx: Context, names: TokenNames = 'USER'): Promise<Uploader> {
  assertRoom(deps);
  const caller = await callerOrTester(deps, ctx, names);
  const { botId, channelType } = paramsOf(ctx);
  if (channelType !== undefined) admit(deps, caller, botId, channelType === WEBHOOK_TYPE ? undefined : channelType);
  await consumeToken(deps, caller);
  const { accountId, clientId } = caller.app;
  return { accountId, clientId };
}

/** What the request announces; any size when it does not say. */
const sizeOf = (ctx: Context): number => ctx.request.length ?? Number.POSITIVE_INFINITY;

interface UploadedFile {
  bytes: StoredBytes;
  fileName: string;
}

async function readFile(attachments: Attachments, ctx: Context): Promise<Form<UploadedFile> & { file: UploadedFile }> {
  allowSlowUpload(ctx.req);
  const form = await readForm(
    ctx.req,
    async (content, fileName): Promise<UploadedFile> => ({ bytes: await attachments.store(content), fileName }),
    ({ bytes }) => attachments.discard(bytes),
  );
  if (!form.file) throw badInput('file', 'Invalid Request Payload: file is required.');
  return { ...form, file: form.file };
}

async function orDiscard<T>(attachments: Attachments, file: UploadedFile, use: () => Promise<T>): Promise<T> {
  try {
    return await use();
  } catch (error) {
    await attachments.discard(file.bytes);
    throw error;
  }
}

/** Clients send the last step as JSON or as a form. */
async function readFields(deps: UploadDeps, ctx: Context): Promise<ReadonlyMap<string, string>> {
  if (!ctx.is('json')) {
    const none = async () => {
      throw badInput('file', 'Invalid Request Payload: the file has been sent in chunks before.');
    };
    return (await readForm(ctx.req, none, async () => {})).fields;
  }
  const body = parseJsonObject(toText(await readBody(ctx.req, deps.maxBodyBytes)));
  return new Map(
    Object.entries(body).flatMap(([name, value]): [string, string][] =>
      typeof value === 'string' || typeof value === 'number' ? [[name, String(value)]] : [],
    ),
  );
}

/** Read when asked for, so that its complaints come where the file can still be discarded. */
function factsOf(fields: ReadonlyMap<string, string>, sentName: string): () => FileFacts {
  return () => {
    const fileName = (fields.get('filename') ?? fields.get('fileName') ?? sentName).replace(/^.*[/\\]/, '');
    const extension = fields.get('fileExtension') ?? /\.([A-Za-z0-9]{1,16})$/.exec(fileName)?.[1] ?? '';
    const context = fields.get('fileContext') ?? '';
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    if (fileName.length > 255 || /[\x00-\x1f\x7f]/.test(fileName))
      throw badInput('filename', 'Invalid Request Payload: filename must be at most 255 printable characters.');
    if (!/^\.?[A-Za-z0-9]{0,16}$/.test(extension))
      throw badInput('fileExtension', 'Invalid Request Payload: fileExtension must be at most 16 letters and digits.');
    if (!/^[\w.-]{0,64}$/.test(context))
      throw badInput('fileContext', 'Invalid Request Payload: fileContext must be at most 64 letters and digits.');
    return { fileName: fileName || 'file', extension: extension.replace('.', ''), context };
  };
}

function wholeNumber(field: string, text: string | undefined, min: number): number {
  const value = /^\d{1,6}$/.test(text ?? '') ? Number(text) : Number.NaN;
  if (value >= min && value <= MAX_CHUNKS) return value;
  throw badInput(field, `Invalid Request Payload: ${field} must be a whole number from ${min} to ${MAX_CHUNKS}.`);
}

const toAnswer = ({ id, sha256 }: { id: string; sha256: string }) => ({ fileId: id, hash: sha256 });
