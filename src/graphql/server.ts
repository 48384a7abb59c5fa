import { Readable } from 'node:stream';
import { ApolloServer, HeaderMap } from '@apollo/server';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import type { Context as KoaContext, Middleware } from 'koa';
import type { Viewer } from '../domain/access.js';
import type { Domain } from '../domain/domain.js';
import { AppError } from '../errors.js';
import { traceId } from '../ids.js';
import type { Log } from '../log.js';
import { Context } from './context.js';
import { limits } from './limits.js';
import type { Ports } from './ports.js';
import { readJsonBody } from './read-body.js';
import { renderError } from './render-error.js';
import { createSchema } from './schema.js';

export interface GraphqlDeps {
  domain: Domain;
  ports: Ports;
  log: Log;
  /** Another way than an API token to know who asks, such as a session of the console. */
  authenticate?(ctx: KoaContext): Promise<Viewer | null>;
}

export interface Graphql {
  /** Answers `/graphql`, passes on everything else. */
  middleware: Middleware;
  stop(): Promise<void>;
}

const PATH = '/graphql';
const MAX_BODY_BYTES = 64 * 1024 * 1024; // the largest known bot files, with room for their data tables
const MAX_DOCUMENT_TOKENS = 10_000;

/** The API of the control plane over HTTP. Source: the GraphQL-over-HTTP specification, through Apollo Server. */
export async function createGraphql({ domain, ports, log, authenticate }: GraphqlDeps): Promise<Graphql> {
  const apollo = new ApolloServer<Context>({
    schema: createSchema(),
    introspection: true,
    csrfPrevention: false, // ours: see assertNotForeign
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    parseOptions: { maxTokens: MAX_DOCUMENT_TOKENS },
    logger: { debug: () => {}, info: () => {}, warn: (text) => log.warn(text), error: (text) => log.error(text) },
    plugins: [ApolloServerPluginLandingPageDisabled(), limits],
    formatError: (formatted, error) => renderError(formatted, error, log, traceId()),
  });
  await apollo.start();

  async function viewerOf(ctx: KoaContext): Promise<Viewer | null> {
    const [, token] = /^bearer +(\S+)$/i.exec(ctx.get('authorization')) ?? [];
    if (token !== undefined) return domain.apiTokens.authenticate(token);
    return (await authenticate?.(ctx)) ?? null;
  }

  async function answer(ctx: KoaContext): Promise<void> {
    assertNotForeign(ctx);
    const response = await apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: {
        method: ctx.method,
        headers: headersOf(ctx),
        search: ctx.search,
        body: ctx.method === 'POST' ? ((await readJsonBody(ctx.req, MAX_BODY_BYTES)) ?? {}) : undefined,
      },
      context: async () => new Context({ domain, ports }, await viewerOf(ctx)),
    });
    for (const [name, value] of response.headers) ctx.set(name, value);
    const { body, status = 200 } = response;
    ctx.body = body.kind === 'complete' ? body.string : Readable.from(body.asyncIterator);
    ctx.status = body.kind === 'complete' && isLegacyMistake(ctx, status, body.string) ? 200 : status;
  }

  return {
    async middleware(ctx, next) {
      if (ctx.path !== PATH) return next();
      try {
        await answer(ctx);
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        ctx.status = error.status;
        ctx.body = { errors: [{ message: error.message, extensions: { ...error.details, code: error.code } }] };
      }
    },
    stop: () => apollo.stop(),
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
