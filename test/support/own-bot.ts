import { afterAll, beforeAll } from 'vitest';
import type { Engine, Said, TurnRequest } from '../../src/bots/engine.js';
import type { Engines } from '../../src/engines/open-program.js';
import {
  type Caller,
  createBot,
  createCaller,
  goLive,
  type HookResponse,
  type LiveChannel,
  startTestApp,
  type TestApp,
  type TestAppOptions,
} from './app.js';

/** A bot of the test's own in the place of the dialog engine; its messages and forms stay the real bot's. */
export function engineOf(reply: Engine['reply']): TestAppOptions {
  return {
    engines: (real: Engines) => ({
      ...real,
      open: async (spec) => ({ ...(await real.open(spec)), engine: { reply } }),
    }),
  };
}

export const said = (value: string): Said => ({ type: 'said', contents: [{ type: 'TEXT', value }] });
export const end = (turn: TurnRequest) => ({ type: 'end' as const, session: turn.session });
export const pause = (turn: TurnRequest) => ({ type: 'pause' as const, session: turn.session, resume: 'later' });
export const textOf = ({ message }: TurnRequest): string => (message.type === 'text' ? message.text : '');

/** Says what it was sent. */
export const echo: Engine['reply'] = async function* (turn) {
  yield said(textOf(turn));
  yield end(turn);
};

/** A channel of a running app, and how its caller talks to it. */
export interface Line {
  app: TestApp;
  caller: Caller;
  channel: LiveChannel;
  /** Path of the hook in its second version. */
  v2Path: string;
  v1(body: unknown, headers?: Record<string, string>): Promise<HookResponse>;
  v2(message: unknown, more?: Record<string, unknown>, headers?: Record<string, string>): Promise<HookResponse>;
  get(path: string, headers?: Record<string, string>): Promise<HookResponse>;
  poll(pollId: string, headers?: Record<string, string>): Promise<HookResponse>;
}

export async function openLine(
  options: TestAppOptions = engineOf(echo),
  channel: Record<string, unknown> = {},
): Promise<Line> {
  return openLineOf(await startTestApp(options), channel);
}

/** A line of a bot, a channel and a caller of its own to an app that runs. */
export async function openLineOf(app: TestApp, channel: Record<string, unknown> = {}, botId?: string): Promise<Line> {
  const caller = await createCaller(app);
  const [made] = await goLive(app, botId ?? (await createBot(app)), [{ appClientId: caller.clientId, ...channel }]);
  if (!made) throw new Error('no channel');
  return lineOf(app, caller, made);
}

/**
 * Opens lines of the tests of a file to one app, which takes longer to start than most tests run: each with a bot, a channel
 * and a caller of its own. For tests that leave the app as it is.
 */
export function linesOfOneApp(options: TestAppOptions = {}) {
  const replies = new Map<string, Engine['reply']>();
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp({
      ...options,
      engines: (real: Engines) => ({
        ...real,
        async open(spec) {
          const program = await real.open(spec);
          const reply = replies.get(spec.botId);
          return reply ? { ...program, engine: { reply } } : program;
        },
      }),
    });
  });
  afterAll(() => app.remove());
  return async (reply: Engine['reply'], channel: Record<string, unknown> = {}): Promise<Line> => {
    const botId = await createBot(app);
    replies.set(botId, reply);
    return openLineOf(app, channel, botId);
  };
}

export function lineOf(app: TestApp, caller: Caller, channel: LiveChannel): Line {
  const v2Path = channel.path.replace('/chatbot/hooks/', '/chatbot/v2/webhook/');
  async function get(path: string, headers: Record<string, string> = {}): Promise<HookResponse> {
    const response = await fetch(`${app.url}${path}`, { headers: { ...caller.headers(), ...headers } });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json');
    return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : text };
  }
  return {
    app,
    caller,
    channel,
    v2Path,
    v1: (body, headers = {}) => app.post(channel.path, body, { ...caller.headers(), ...headers }),
    v2: (message, more = {}, headers = {}) =>
      app.post(v2Path, { message, from: { id: 'u' }, ...more }, { ...caller.headers(), ...headers }),
    get,
    poll: (pollId, headers) => get(`/chatbot/v2/webhook/${channel.botId}/poll/${pollId}`, headers),
  };
}

export const text = (val: string) => ({ type: 'text', val });
