import { Readable } from 'node:stream';
import {
  GraphQLError,
  type GraphQLFormattedError,
  type GraphQLSchema,
  getOperationAST,
  parse,
  validate,
} from 'graphql';
import { createHandler } from 'graphql-sse';
import type { Context as KoaContext } from 'koa';
import type { Viewer } from '../domain/access.js';
import { AppError, unavailable } from '../errors.js';
import { type Clock, SECOND, type Timer } from '../time.js';
import type { Context } from './context.js';
import { assertAffordable, assertNotTooManyFields, MAX_TOKENS } from './limits.js';

/** Streams open at once in this process; beyond: UNAVAILABLE. */
const MAX_STREAMS = 1_000;
/** Streams of one user, and of all users of one account: others find room, too. Beyond: TOO_MANY_REQUESTS. */
const MAX_STREAMS_OF_USER = 20;
const MAX_STREAMS_OF_ACCOUNT = 200;
/** How long the stream of somebody whose session has ended may go on. */
const ASK_AGAIN_EVERY_MS = 10 * SECOND;

export interface StreamDeps {
  schema: GraphQLSchema;
  clock: Clock;
  render(error: GraphQLError): GraphQLFormattedError;
}

export interface Streams {
  /** Answers a subscription with server-sent events for as long as `mayGoOn` says so. */
  open(ctx: KoaContext, body: unknown, context: Context, mayGoOn: () => Promise<boolean>): Promise<void>;
  /** Ends all of them: their callers come back, to whoever serves then. */
  close(): void;
}

interface OpenStream {
  viewer: Viewer;
  end(): void;
}

/** Subscriptions, each over a connection of its own ("distinct connections mode" of the graphql-sse protocol). */
export function createStreams({ schema, clock, render }: StreamDeps): Streams {
  const open = new Set<OpenStream>();
  function assertRoom({ id, accountId }: Viewer): void {
    if (open.size >= MAX_STREAMS) throw unavailable('TOO_MANY_STREAMS', 'Too many streams are open. Ask again later.');
    const ofAccount = [...open].filter(({ viewer }) => viewer.accountId === accountId);
    const ofUser = ofAccount.filter(({ viewer }) => viewer.id === id);
    if (ofUser.length < MAX_STREAMS_OF_USER && ofAccount.length < MAX_STREAMS_OF_ACCOUNT) return;
    const limits = `${MAX_STREAMS_OF_USER} streams may be open for a user, ${MAX_STREAMS_OF_ACCOUNT} for an account.`;
    throw new AppError('TOO_MANY_REQUESTS', `${limits} Close one first.`);
  }
  const rendered = (error: GraphQLError) => {
    const { message, extensions, path } = render(error);
    return new GraphQLError(message, { path: path ?? null, extensions: extensions ?? {} });
  };
  const handle = createHandler<unknown, Context>({
    authenticate: () => null, // done before; no token means no stream shared by several requests
    onNext: (_, _request, { errors, ...result }) => (errors ? { ...result, errors: errors.map(rendered) } : undefined),
    onSubscribe({ context }, { query, operationName, variables }) {
      try {
        assertNotTooManyFields(query);
        const document = parse(query, { maxTokens: MAX_TOKENS });
        const errors = validate(schema, document);
        if (errors.length > 0) return { errors };
        if (getOperationAST(document, operationName)?.operation !== 'subscription') {
          throw new GraphQLError('Only subscriptions are streamed. POST queries and mutations to /graphql.', {
            extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
          });
        }
        assertAffordable(schema, document, operationName, variables ?? {});
        return { schema, document, operationName, variableValues: variables, contextValue: context };
      } catch (error) {
        if (error instanceof GraphQLError) return { errors: [error] };
        if (!(error instanceof AppError)) throw error;
        const extensions = { ...error.details, code: error.code };
        return { errors: [new GraphQLError(error.message, { extensions })] };
      }
    },
  });

  return {
    async open(ctx, body, context, mayGoOn) {
      const { viewer } = context;
      assertRoom(viewer);
      let events: AsyncIterator<unknown> | undefined;
      const stream: OpenStream = { viewer, end: () => void events?.return?.() };
      open.add(stream);
      let timer: Timer | undefined;
      ctx.res.once('close', () => {
        timer?.cancel();
        open.delete(stream);
        stream.end();
      });
      const [answered, { status, headers = {} }] = await handle({
        method: ctx.method,
        url: ctx.url,
        headers: { get: (name) => ctx.get(name) },
        body: Object(body),
        raw: ctx.req,
        context,
      });
      ctx.status = status;
      // Not kept for further requests: it would keep a stopping server waiting.
      ctx.set({ ...headers, 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no', Connection: 'close' });
      if (!answered || typeof answered === 'string') {
        ctx.body = answered;
        return;
      }
      events = answered;
      if (ctx.res.destroyed) return stream.end(); // gone before there was something to end
      const askLater = () => {
        timer = clock.after(ASK_AGAIN_EVERY_MS, () => {
          void mayGoOn().then((yes) => (yes ? askLater() : stream.end()), stream.end);
        });
      };
      askLater();
      ctx.body = Readable.from(answered);
    },
    close() {
      for (const { end } of open) end();
    },
  };
}
