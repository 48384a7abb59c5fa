import type { BotProgram, End, Pause, Said, SessionState, TraceEntry, TurnRequest } from '../../src/bots/engine.js';
import type { VersionSpec } from '../../src/bots/version-spec.js';
import type { WaitingTurns } from '../../src/engines/http/waiting-turns.js';
import { createEngines, type Engines } from '../../src/engines/open-program.js';
import type { Json } from '../../src/json.js';
import { createPolicy } from '../../src/outbound/guard.js';
import { createOutbound, type Outbound } from '../../src/outbound/request.js';
import type { Clock } from '../../src/time.js';
import { render } from '../../src/turn/render.js';
import type { Content } from '../../src/vocabulary.js';
import type { Reply } from '../../src/wire/reply.js';

/** What came of one turn: what a caller would see, and what the turn would commit. */
export interface Talked {
  replies: Reply[];
  pauses: Pause[];
  end: End;
  trace: TraceEntry[];
}

export interface RemoteBench extends AsyncDisposable {
  engines: Engines;
  /** Answers that came in elsewhere, by turn id. */
  kept: Map<string, Json>;
  /** From here on, turns have their answers. */
  end(): void;
  outbound: Outbound;
  open(spec: Partial<VersionSpec>): Promise<BotProgram>;
}

/** The real engines with the real way out, calls to this machine allowed. */
export function createBench(clock: Clock): RemoteBench {
  const policy = createPolicy({ allowHttp: true, allowCidrs: ['127.0.0.0/8'] });
  const outbound = createOutbound({ policy, clock });
  const none = () => Promise.reject(new Error('no tables'));
  const tables = { query: none, insert: none, update: none, remove: none };
  const kept = new Map<string, Json>();
  let answered = false;
  const waitingTurns: WaitingTurns = {
    isWaiting: async () => !answered,
    keep: async () => (answered ? 'NONE' : 'EARLY'),
    kept: async (turnIds) => new Map([...kept].filter(([turnId]) => turnIds.includes(turnId))),
  };
  const onError = (error: unknown) => {
    throw error;
  };
  const formUrl = () => 'http://hooks.test/form';
  const engines = createEngines({
    outbound,
    tables,
    publicUrl: 'http://hooks.test/',
    formUrl,
    clock,
    waitingTurns,
    warmUp: false,
    onError,
  });
  return {
    engines,
    kept,
    end: () => {
      answered = true;
    },
    outbound,
    open: (spec) =>
      engines.open({
        versionId: 'v1',
        botId: 'st-1',
        botName: 'Remote',
        accountId: 'ac-1',
        engine: 'HTTP',
        settings: {},
        secrets: {},
        definition: null,
        files: [],
        defaultLanguage: 'en',
        ...spec,
      }),
    async [Symbol.asyncDispose]() {
      await outbound.close();
      await engines[Symbol.asyncDispose]();
    },
  };
}

export const emptySession = (): SessionState => ({ context: {}, engine: {} });

export function turnOf(turn: Partial<TurnRequest> & { text?: string } = {}): TurnRequest {
  const { text = 'hello', ...given } = turn;
  return {
    turnId: 'tn-1',
    traceId: 'RTM-TRACE-00000000-0000-4000-8000-0000000000aa',
    conversationId: 'cv-1',
    sessionId: 'se-1',
    newSession: true,
    botId: 'st-1',
    botName: 'Remote',
    channel: { id: 'ivrInst-1', name: 'web' },
    user: { id: 'user-1', info: {} },
    message: { type: 'text', text, attachments: [] },
    language: 'en',
    session: emptySession(),
    env: { secret: 'not to be told' },
    plainEnv: {},
    resume: null,
    now: Date.UTC(2026, 0, 1),
    random: () => 0,
    trace: () => {},
    ...given,
  };
}

const noScripts = { print: () => Promise.resolve('script') };

/** Plays the turn: renders what is said, with these overrides by key, and keeps what would be committed. */
export async function talk(
  bot: BotProgram,
  turn: TurnRequest,
  { signal = new AbortController().signal, overrides = {} as Record<string, Content[]> } = {},
): Promise<Talked> {
  const talked: Omit<Talked, 'end'> & { end: End | null } = { replies: [], pauses: [], end: null, trace: [] };
  const request = {
    ...turn,
    trace: (entry: TraceEntry) => {
      talked.trace.push(entry);
      turn.trace(entry);
    },
  };
  for await (const item of bot.engine.reply(request, signal)) {
    if (item.type === 'pause') talked.pauses.push(structuredClone(item));
    else if (item.type === 'end') talked.end = structuredClone(item);
    else talked.replies.push(...(await rendered(bot, item, turn, overrides)));
  }
  if (!talked.end) throw new Error('the engine stopped without an end');
  return { ...talked, end: talked.end };
}

async function rendered(bot: BotProgram, said: Said, turn: TurnRequest, overrides: Record<string, Content[]>) {
  const own =
    said.key === undefined ? undefined : (overrides[said.key] ?? bot.message(said.key)?.contents[turn.language]);
  const contents = own ?? said.contents ?? [];
  if (contents.length === 0) return [];
  const scope = { context: turn.session.context, env: turn.env, ...(said.scope && { scope: said.scope }) };
  return [await render(contents, scope, { random: turn.random, scripts: noScripts })];
}

export const texts = ({ replies }: Talked): Json[] =>
  replies.map((reply) => (reply.type === 'text' ? reply.text : reply.type === 'template' ? reply.template : null));
