import { existsSync, readFileSync } from 'node:fs';
import type { End, SessionState, TraceEntry, UserMessage } from '../../../src/bots/engine.js';
import { compile } from '../../../src/definition/compile.js';
import type { Program } from '../../../src/definition/program.js';
import { readDefinition } from '../../../src/definition/read.js';
import type { DialogDeps, ScriptSandbox } from '../../../src/engines/dialog/deps.js';
import { openDialogBot } from '../../../src/engines/dialog/open-dialog-bot.js';
import type { JsonObject } from '../../../src/json.js';
import { renderAll } from '../../../src/turn/render.js';
import type { Reply } from '../../../src/wire/reply.js';

/** Real exports lie beside a checkout; without them their tests are skipped. */
export const EXPORTS = new URL('../../../../shared/exports/', import.meta.url).pathname;
/** The trace of every turn. */
export const TRACE_ID = 'RTM-TRACE-0af76519-16cd-43dd-8448-eb211c80319c';
export const haveExports = existsSync(EXPORTS);
export const EXPORT_NAMES = [
  'flight-status-demo',
  'genai-prompt-implementation',
  'instagram-integration',
  'otp-generation',
  'webhook-channel',
];

export function readExport(name: string): { raw: JsonObject; config: JsonObject } {
  const read = (file: string) => JSON.parse(readFileSync(`${EXPORTS}${name}/${file}`, 'utf8')) as JsonObject;
  return { raw: read('botDefinition.json'), config: read('config.json') };
}

export function programOf(raw: unknown, config?: unknown): Program {
  // Through JSON, as a worker or a store would hand it over.
  return JSON.parse(JSON.stringify(compile(readDefinition(raw, config).definition))) as Program;
}

export interface Answered {
  replies: Reply[];
  /** The form that came with them. */
  form: JsonObject | null;
  texts: string[];
  end: End;
  pauses: number;
  trace: TraceEntry[];
}

export interface Conversation {
  say(message: string | UserMessage, customData?: JsonObject): Promise<Answered>;
  session: SessionState;
}

const textOf = (reply: Reply): string =>
  reply.type === 'text' ? reply.text : (reply.printed ?? JSON.stringify(reply.template));

const noScripts: ScriptSandbox = {
  run: async () => {
    throw new Error('This test runs no scripts.');
  },
  runner: () => ({ print: async () => Promise.reject(new Error('This test runs no scripts.')) }),
};

export function deps(over: Partial<DialogDeps> = {}): DialogDeps {
  return {
    scripts: noScripts,
    outbound: { request: async () => Promise.reject(new Error('This test calls nothing.')) },
    tables: {
      query: async () => ({ rows: [], total: 0 }),
      insert: async (_bot, _table, row) => row,
      update: async () => [],
      remove: async () => 0,
    },
    languageModel: null,
    formUrl: ({ formRefId }) => `https://bot.example/forms/${formRefId}`,
    settings: { services: 'SAMPLE' },
    functions: null,
    ...over,
  };
}

/** Talks to a program as a turn does: messages of the webhook's own type, else of all channels; renders in order. */
export function converse(
  program: Program,
  given: Partial<DialogDeps> = {},
  options: {
    env?: Record<string, string>;
    random?: () => number;
    language?: string;
    now?: number;
    userInfo?: JsonObject;
  } = {},
): Conversation {
  const used = deps(given);
  const bot = openDialogBot(program, used);
  const random = options.random ?? (() => 0);
  let turns = 0;
  const conversation: Conversation = {
    session: { context: {}, engine: {} },
    async say(message, customData) {
      turns += 1;
      // What the server hands over comes out of the database.
      const session = JSON.parse(JSON.stringify(conversation.session)) as SessionState;
      const context = session.context as { session?: { BotUserSession?: JsonObject } };
      context.session ??= {};
      context.session.BotUserSession ??= {};
      context.session.BotUserSession.lastMessage = {
        channel: 'ivr',
        ...(customData ? { customData, messagePayload: { customData } } : {}),
      };
      const answered: Answered = {
        replies: [],
        form: null,
        texts: [],
        end: { type: 'end', session },
        pauses: 0,
        trace: [],
      };
      const turn = {
        turnId: `turn-${turns}`,
        traceId: TRACE_ID,
        conversationId: 'conversation',
        sessionId: 'session',
        newSession: turns === 1,
        botId: program.botId,
        botName: program.botName,
        channel: { id: 'ivrInst-1', name: 'webhook' },
        user: { id: 'user-1', info: options.userInfo ?? {} },
        message:
          typeof message === 'string'
            ? ({ type: 'text', text: message, attachments: [] } satisfies UserMessage)
            : message,
        language: options.language ?? program.defaultLanguage,
        session,
        env: options.env ?? {},
        plainEnv: options.env ?? {},
        resume: null,
        now: options.now ?? Date.UTC(2026, 10, 22, 12),
        random,
        trace: (entry: TraceEntry) => {
          answered.trace.push(entry);
        },
      };
      const steps = bot.engine.reply(turn, new AbortController().signal)[Symbol.asyncIterator]();
      let step = await steps.next();
      while (!step.done) {
        const event = step.value;
        if (event.type === 'end') {
          answered.end = event;
          conversation.session = event.session;
          step = await steps.next();
        } else if (event.type === 'pause') {
          answered.pauses += 1;
          JSON.stringify(event);
          step = await steps.next();
        } else {
          const contents = event.contents ?? [];
          answered.form = event.form ?? answered.form;
          try {
            if (contents.length > 0) {
              const scope = event.scope ?? {};
              const replies = await renderAll(
                contents,
                {
                  scope,
                  context: scope.context as JsonObject,
                  env: turn.env,
                  ...(event.suffix ? { suffix: event.suffix } : {}),
                },
                { random, scripts: used.scripts.runner(turn) },
              );
              answered.replies.push(...replies);
              answered.texts.push(...replies.map(textOf));
            }
            step = await steps.next();
          } catch (error) {
            if (!steps.throw) throw error;
            step = await steps.throw(error);
          }
        }
      }
      return answered;
    },
  };
  return conversation;
}
