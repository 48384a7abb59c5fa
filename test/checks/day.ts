import type { OpenBot } from '../../src/bots/bots.js';
import type { UserMessage } from '../../src/bots/engine.js';
import type { RecordedTurn } from '../../src/checks/replay.js';
import { catalogue } from '../../src/definition/catalogue.js';
import { readDefinition } from '../../src/definition/read.js';
import { NO_OVERRIDES } from '../../src/domain/messages/resolve.js';
import type { DialogDeps } from '../../src/engines/dialog/deps.js';
import { openDialogBot } from '../../src/engines/dialog/open-dialog-bot.js';
import type { Sandbox } from '../../src/engines/dialog/sandbox/sandbox.js';
import type { JsonObject } from '../../src/json.js';
import type { LaneWriter } from '../../src/lanes/held-lane.js';
import type { OutboundRequest } from '../../src/outbound/request.js';
import type { Route } from '../../src/routing/routes.js';
import type { SessionRow } from '../../src/store/tables/sessions.js';
import { createVault } from '../../src/store/vault.js';
import { systemClock } from '../../src/time.js';
import { Acceptance } from '../../src/turn/acceptance.js';
import { createRecorder } from '../../src/turn/recorder.js';
import { openSession } from '../../src/turn/stored-form.js';
import { runTurn } from '../../src/turn/turn.js';
import type { TurnDeps } from '../../src/turn/turn-job.js';
import { turnRecordData, unpacked } from '../../src/turn/turn-record.js';
import { deps, programOf } from '../engines/dialog/conversation.js';
import { chance } from '../engines/dialog/walker.js';

const vault = createVault([{ id: 'k', key: Buffer.alloc(32, 1) }]);

/** Answers each call by its address and body, and never the same way twice. */
export function createOutside(): Pick<DialogDeps, 'outbound' | 'tables' | 'languageModel'> & {
  asked: OutboundRequest[];
} {
  const asked: OutboundRequest[] = [];
  return {
    asked,
    outbound: {
      async request(request) {
        asked.push(request);
        if (asked.length % 7 === 0) throw new Error('the line is down');
        const body = Buffer.from(JSON.stringify({ number: asked.length, path: new URL(request.url).pathname }));
        return { status: 200, headers: { 'x-number': String(asked.length) }, body, durationMs: 1, truncated: false };
      },
    },
    tables: {
      query: async () => ({ rows: [{ id: asked.push({} as OutboundRequest) }], total: 1 }),
      insert: async (_bot, _table, row) => ({ ...row, id: asked.push({} as OutboundRequest) }),
      update: async () => [],
      remove: async () => asked.push({} as OutboundRequest),
    },
    languageModel: { complete: async () => `story ${asked.push({} as OutboundRequest)}` },
  };
}

/** Nothing gets out, and whatever does is a fault of the test. */
export const NO_OUTSIDE: Pick<DialogDeps, 'outbound' | 'tables' | 'languageModel'> = {
  outbound: { request: () => Promise.reject(new Error('a check called a service')) },
  tables: {
    query: () => Promise.reject(new Error('a check read a table')),
    insert: () => Promise.reject(new Error('a check wrote a table')),
    update: () => Promise.reject(new Error('a check wrote a table')),
    remove: () => Promise.reject(new Error('a check wrote a table')),
  },
  languageModel: { complete: () => Promise.reject(new Error('a check asked a model')) },
};

export function openBot(definition: JsonObject, scripts: Sandbox, outside: Partial<DialogDeps>): OpenBot {
  const messages = new Map(catalogue(readDefinition(definition).definition).map((one) => [one.key, one]));
  const program = openDialogBot(programOf(definition), {
    ...deps({ scripts, settings: { services: 'LIVE' } }),
    ...outside,
  });
  return {
    versionId: 'bv-1',
    program: { ...program, message: (key) => messages.get(key) ?? program.message(key) },
    overrides: NO_OVERRIDES,
    defaultLanguage: 'en',
    sessionTimeoutMs: 900_000,
    records: true,
    env: {},
    plainEnv: {},
  };
}

const ROUTE: Route = {
  channelId: 'ivrInst-1',
  channelName: 'desk',
  isDefault: true,
  accountId: 'ac-1',
  botId: 'st-1',
  botName: 'Tested',
  blockers: [],
  clientId: null,
  mode: 'SYNC',
  versionId: 'bv-1',
  canary: null,
  enablePolling: false,
  templateEncoding: 'OBJECT',
  textForm: 'AUTO',
  burst: 'SERIAL',
  privacy: null,
};

/** A conversation with a live bot: each message becomes a turn, and what is kept of it. */
export function createDay(bot: OpenBot, scripts: Sandbox, seed: number) {
  const random = chance(seed);
  const record = createRecorder({ vault, random });
  const turns: RecordedTurn[] = [];
  let session: SessionRow | null = null;
  let at = Date.UTC(2026, 10, 22, 12);
  const lane: LaneWriter = {
    epoch: () => 1,
    adopt() {},
    async commit(unit) {
      if (unit.session) session = openSession(vault, unit.session);
      if (unit.record) {
        const { turnId, conversationId, channelId, record: sealed } = unit.record;
        const kept = unpacked(vault.openBytes(sealed, turnRecordData(turnId)));
        if (kept.kept !== 'TOO_LARGE')
          turns.push({
            turnId,
            traceId: `trace-${turnId}`,
            conversationId,
            channelId,
            botId: ROUTE.botId,
            record: kept,
          });
      }
      return { status: 'committed' };
    },
  };
  const turnDeps: TurnDeps = {
    rowForm: 'COMPACT',
    queue: { commit: () => Promise.reject(new Error('the message is stored')) },
    sessions: {
      async open(conversationId, now) {
        const row = session ?? { conversationId, id: 'se-1', state: '', startedAt: now, lastMessageAt: now };
        return { row, isNew: session === null, erasures: 0 };
      },
      openAtRest: async () => null,
      overtaken() {},
      committed() {},
      forget() {},
      beginErasing() {},
      endErasing() {},
      isErased: () => false,
    },
    bots: { open: async () => bot },
    scripts,
    clock: { ...systemClock, now: () => (at += 7) },
    random,
    record,
    engineLimitMs: 30_000,
    events: { turnEnded() {} },
    cutOff: new AbortController().signal,
    dispatch() {},
  };
  return {
    turns,
    random,
    get state(): JsonObject | undefined {
      return session ? JSON.parse(session.state).engine.dialog : undefined;
    },
    async say(message: string | UserMessage) {
      const number = turns.length + 1;
      const outcome = await runTurn(
        turnDeps,
        {
          turnId: `tn-${number}`,
          traceId: `trace-tn-${number}`,
          conversationId: 'cv-1',
          receivedAt: at,
          arrivedAt: performance.now(),
          input: {
            form: 'V2',
            mode: 'SYNC',
            message: typeof message === 'string' ? { type: 'text', text: message, attachments: [] } : message,
            user: { id: 'ann', info: {} },
            groupId: '',
            replyFrom: 'st-1',
            payload: {},
            newSession: false,
          },
          route: ROUTE,
          acceptance: Acceptance.stored(),
          resume: null,
          said: [],
        },
        lane,
        { paused() {}, absorbed() {} },
      );
      return outcome.replies;
    },
  };
}
