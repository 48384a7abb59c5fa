import { Readable } from 'node:stream';
import { ApolloServer, HeaderMap } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import type { GraphQLFormattedError } from 'graphql';
import type { Context as KoaContext, Middleware } from 'koa';
import { mayWithSome, rightsOf, type Viewer } from '../domain/access.js';
import { AppError } from '../errors.js';
import { traceId } from '../ids.js';
import type { Log } from '../log.js';
import { leavesBody } from '../request-body.js';
import { type Clock, systemClock } from '../time.js';
import { AUDIT_DOWNLOAD_PATH, createAuditDownload } from './audit-download.js';
import { Context } from './context.js';
import { assertNotTooManyFields, createLimits, MAX_TOKENS } from './limits.js';
import type { Ports } from './ports.js';
import { readJsonBody } from './read-body.js';
import { renderError } from './render-error.js';
import { createSchema } from './schema.js';
import { createStreams } from './stream.js';
import { createUploads, isUpload } from './uploads.js';
import { createViewers, type ViewersDeps } from './viewers.js';

export interface GraphqlDeps extends ViewersDeps {
  ports: Ports;
  log: Log;
  clock?: Clock;
}

export interface Graphql {
  /** Answers `/graphql`, `/graphql/stream` and `/audit-log`, passes on everything else. */
  middleware: Middleware;
  /** Ends the streams of subscriptions: they would keep the server from stopping. */
  closeStreams(): void;
  stop(): Promise<void>;
}

const PATH = '/graphql';
const STREAM_PATH = '/graphql/stream';
/** Bytes of a request's body; beyond it is an upload, which only some requests may send (PAYLOAD_TOO_LARGE). */
const MAX_BODY_BYTES = 256 * 1024;

/** The API of the control plane over HTTP. Source: the GraphQL-over-HTTP specification, through Apollo Server. */
export async function createGraphql(deps: GraphqlDeps): Promise<Graphql> {
  const { domain, ports, log, clock = systemClock } = deps;
  const { viewerOf, requireViewer } = createViewers(deps);
  const audit = createAuditDownload(domain);
  const schema = createSchema();
  const formatError = (formatted: GraphQLFormattedError, error: unknown) =>
    renderError(formatted, error, log, traceId());
  const apollo = new ApolloServer<Context>({
    schema,
    introspection: true,
    csrfPrevention: false, // ours: see assertNotForeign
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    parseOptions: { maxTokens: MAX_TOKENS },
    logger: { debug: () => {}, info: () => {}, warn: (text) => log.warn(text), error: (text) => log.error(text) },
    // Nothing here may be cached; the plugin for it would wrap every field of every answer.
    plugins: [ApolloServerPluginLandingPageDisabled(), ApolloServerPluginCacheControlDisabled(), createLimits()],
    formatError,
  });
  await apollo.start();
  const uploads = createUploads();
  const streams = createStreams({
    schema,
    clock,
    render: (error) => formatError(error.toJSON(), error),
  });

  async function answer(ctx: KoaContext): Promise<void> {
    const viewer = await requireViewer(ctx);
    const body = ctx.method === 'POST' ? await readRequest(ctx, viewer) : undefined;
    const { query } = body === undefined ? ctx.query : Object(body);
    if (typeof query === 'string') assertNotTooManyFields(query);
    const response = await apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: { method: ctx.method, headers: headersOf(ctx), search: ctx.search, body },
      context: async () => new Context({ domain, ports }, viewer),
    });
    for (const [name, value] of response.headers) ctx.set(name, value);
    const { body: answered, status = 200 } = response;
    ctx.body = answered.kind === 'complete' ? answered.string : Readable.from(answered.asyncIterator);
    ctx.status = answered.kind === 'complete' && isLegacyMistake(ctx, status, answered.string) ? 200 : status;
  }

  /** The JSON of a POST. What is large is read only from those who may import, and for the mutations that need it. */
  async function readRequest(ctx: KoaContext, viewer: Viewer): Promise<unknown> {
    assertNotForeign(ctx);
    const isLarge = Number(ctx.get('content-length')) > MAX_BODY_BYTES;
    if (!isLarge || !mayWithSome(viewer, 'bot.import')) return (await readJsonBody(ctx.req, MAX_BODY_BYTES)) ?? {};
    const body = await uploads.read(ctx.req, viewer.id);
    if (isUpload(body)) return body;
    throw new AppError('PAYLOAD_TOO_LARGE', `Only importBot may have more than ${MAX_BODY_BYTES} bytes.`);
  }

  async function stream(ctx: KoaContext): Promise<void> {
    const viewer = await requireViewer(ctx);
    assertNotForeign(ctx);
    const body = await readJsonBody(ctx.req, MAX_BODY_BYTES);
    const rights = rightsOf(viewer);
    await streams.open(ctx, body, new Context({ domain, ports }, viewer), async () => {
      const now = await viewerOf(ctx);
      return now !== null && rightsOf(now) === rights; // who has other rights now comes back with them
    });
  }

  const handlers: Record<string, (ctx: KoaContext) => Promise<void>> = {
    [PATH]: answer,
    [STREAM_PATH]: stream,
    [AUDIT_DOWNLOAD_PATH]: async (ctx) => audit(ctx, await requireViewer(ctx)),
  };

  return {
    async middleware(ctx, next) {
      const handle = handlers[ctx.path];
      if (!handle) return next();
      try {
        await handle(ctx);
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        ctx.status = error.status;
        if (leavesBody(ctx.req)) ctx.set('Connection', 'close');
        ctx.body = { errors: [{ message: error.message, extensions: { ...error.details, code: error.code } }] };
      }
    },
    closeStreams: streams.close,
    async stop() {
      await apollo.stop();
      await uploads.close();
    },
  };
}

/**
 * A page of another site can make a browser send a POST in a form's content types, and a GET, without asking first. So a
 * POST must say that it is JSON, which browsers ask about; and GET runs queries only, whose answer that page cannot read.
 */
function assertNotForeign(ctx: KoaContext): void {
  if (ctx.method !== 'POST' || JSON_TYPE.test(ctx.get('content-type'))) return;
  throw new AppError('UNSUPPORTED_MEDIA_TYPE', 'Send the request as JSON, with Content-Type: application/json.');
}

const JSON_TYPE = /^application\/([\w.-]+\+)?json\b/i;
const OF_THE_DOCUMENT = ['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED', 'BAD_USER_INPUT'];

/** Clients that accept application/json only are told of a wrong document with 200 (GraphQL over HTTP, §6.4.1). */
function isLegacyMistake(ctx: KoaContext, status: number, body: string): boolean {
  if (status !== 400 || !ctx.response.is('application/json')) return false;
  const { errors = [] }: { errors?: { extensions?: { code?: string } }[] } = JSON.parse(body);
  return errors.some((error) => OF_THE_DOCUMENT.includes(error.extensions?.code ?? ''));
}

function headersOf(ctx: KoaContext): HeaderMap {
  const headers = new HeaderMap();
  for (const [name, value] of Object.entries(ctx.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return headers;
}
