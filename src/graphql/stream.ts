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
import { unavailable } from '../errors.js';
import { type Clock, SECOND, type Timer } from '../time.js';
import type { Context } from './context.js';
import { MAX_TOKENS } from './limits.js';

const MAX_STREAMS = 1_000;
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

/** Subscriptions, each over a connection of its own ("distinct connections mode" of the graphql-sse protocol). */
export function createStreams({ schema, clock, render }: StreamDeps): Streams {
  const open = new Set<() => void>();
  const rendered = (error: GraphQLError) => {
    const { message, extensions, path } = render(error);
    return new GraphQLError(message, { path: path ?? null, extensions: extensions ?? {} });
  };
  const handle = createHandler<unknown, Context>({
    authenticate: () => null, // done before; no token means no stream shared by several requests
    onNext: (_, _request, { errors, ...result }) => (errors ? { ...result, errors: errors.map(rendered) } : undefined),
    onSubscribe({ context }, { query, operationName, variables }) {
      try {
        const document = parse(query, { maxTokens: MAX_TOKENS });
        const errors = validate(schema, document);
        if (errors.length > 0) return { errors };
        if (getOperationAST(document, operationName)?.operation !== 'subscription') {
          throw new GraphQLError('Only subscriptions are streamed. POST queries and mutations to /graphql.', {
            extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
          });
        }
        return { schema, document, operationName, variableValues: variables, contextValue: context };
      } catch (error) {
        if (error instanceof GraphQLError) return { errors: [error] };
        throw error;
      }
    },
  });

  return {
    async open(ctx, body, context, mayGoOn) {
      if (open.size >= MAX_STREAMS)
        throw unavailable('TOO_MANY_STREAMS', 'Too many streams are open. Ask again later.');
      const [events, { status, headers = {} }] = await handle({
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
      if (!events || typeof events === 'string') {
        ctx.body = events;
        return;
      }
      const end = () => void events.return(undefined);
      open.add(end);
      let timer: Timer;
      const askLater = () => {
        timer = clock.after(ASK_AGAIN_EVERY_MS, () => {
          void mayGoOn().then((yes) => (yes ? askLater() : end()), end);
        });
      };
      askLater();
      ctx.res.once('close', () => {
        timer.cancel();
        open.delete(end);
        end();
      });
      ctx.body = Readable.from(events);
    },
    close() {
      for (const end of open) end();
    },
  };
}
