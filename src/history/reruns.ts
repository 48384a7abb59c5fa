import type { Tape } from '../bots/tape.js';
import { assertMayWith, assertMayWithSome, type Viewer } from '../domain/access.js';
import { type CommandDeps, runCommand } from '../domain/command.js';
import { testedVersion } from '../domain/playground/playground.js';
import { notFound } from '../errors.js';
import { rowId } from '../ids.js';
import type { Routes } from '../routing/routes.js';
import { testRoute } from '../routing/test-routes.js';
import { findBot } from '../store/tables/bots.js';
import { findChannels } from '../store/tables/channels.js';
import { conversationsOfAccount } from '../store/tables/conversations.js';
import type { SessionRow, sessionStore } from '../store/tables/sessions.js';
import { turnRecordsOf } from '../store/tables/turn-records.js';
import { type TurnRow, turnsByIds } from '../store/tables/turns.js';
import type { Vault } from '../store/vault.js';
import { type RehearsalDeps, rehearse } from '../turn/rehearsal.js';
import { openSession } from '../turn/stored-form.js';
import { turnRecordData, unpacked } from '../turn/turn-record.js';
import { readTrace } from '../turn/turn-trace.js';
import type { TestedVersion } from '../vocabulary.js';
import { storedOutcome, storedReplies } from '../wire/outcome.js';
import { readInput } from '../wire/stored-input.js';

/**
 * The session that a turn is run again in. AS_IT_WAS: the one it began with; NEW: it began one, and so it does again; CURRENT: a copy of
 * the conversation's as it is now; EMPTY: that one is over, too.
 */
export type RerunSession = 'AS_IT_WAS' | 'NEW' | 'CURRENT' | 'EMPTY';

export interface RerunRequest {
  turnId: string;
  version: TestedVersion;
  /** Whether services are really called; else each call fails. */
  callServices?: boolean | null | undefined;
}

export interface RerunsDeps extends CommandDeps, RehearsalDeps {
  routes: Routes;
  sessions: ReturnType<typeof sessionStore>;
  vault: Pick<Vault, 'open' | 'openBytes'>;
}

/** Stored turns run again with another version. Nothing is written, sent or counted, except what the services do that are called. */
export function createReruns(deps: RerunsDeps) {
  const { database, routes, vault } = deps;
  const { read } = database;

  async function sessionOf(turn: TurnRow): Promise<{ from: RerunSession; row: SessionRow; isNew: boolean }> {
    const { conversationId } = turn;
    const [stored] = await turnRecordsOf(read, [turn.id]);
    const record = stored && unpacked(vault.openBytes(stored.record, turnRecordData(turn.id)));
    if (record && record.kept !== 'TOO_LARGE') {
      const { isNew, ...row } = record.session;
      return { from: 'AS_IT_WAS', row: { ...row, conversationId }, isNew };
    }
    const at = deps.clock.now();
    const fresh = { conversationId, id: rowId('se'), state: '', startedAt: at, lastMessageAt: at };
    if (beganSession(turn)) return { from: 'NEW', row: fresh, isNew: true };
    const [now] = await deps.sessions.load(read, [conversationId]);
    if (!now || now.id !== storedOutcome(turn)?.sessionId) return { from: 'EMPTY', row: fresh, isNew: true };
    return { from: 'CURRENT', row: openSession(vault, now), isNew: false };
  }

  return {
    /** NOT_FOUND; CONFLICT when no version is live. */
    async run(viewer: Viewer, { turnId, version, callServices }: RerunRequest) {
      assertMayWithSome(viewer, 'turn.run-again');
      const missing = () => notFound('turn', turnId);
      const [turn] = await turnsByIds(read, [turnId]);
      const [conversation] = turn ? await conversationsOfAccount(read, viewer.accountId, [turn.conversationId]) : [];
      const [channel] = conversation ? await findChannels(read, viewer.accountId, [conversation.channelId]) : [];
      const route = channel && routes.byChannel(channel.id);
      if (!turn || !channel || !route) throw missing();
      const versionId = await runCommand(deps, viewer, 'turn.run-again', async (command) => {
        const { trx, allow, audit } = command;
        allow(channel.botId, missing);
        assertMayWith(viewer, 'conversation.read-content', channel.botId, missing);
        const bot = await findBot(trx, viewer.accountId, channel.botId);
        if (!bot) throw missing();
        audit(turnId, { version, callServices: callServices ?? false });
        return testedVersion(command, bot, version);
      });
      const { from, ...session } = await sessionOf(turn);
      const held = createCallGate(callServices ?? false);
      const row = await rehearse(deps, {
        route: testRoute(route, { version, versionId }),
        input: readInput(turn.input),
        conversationId: turn.conversationId,
        session,
        tape: held.tape,
      });
      return {
        session: from,
        replies: storedReplies(row),
        error: row.error,
        trace: row.trace === null ? null : readTrace(row.trace),
        callsHeldBack: held.count(),
      };
    },
  };
}

/** Whether a session began with the turn, as its trace tells. */
function beganSession({ trace }: TurnRow): boolean {
  return readTrace(trace ?? '[]').some(({ kind, newSession }) => kind === 'begun' && newSession === true);
}

/** Lets the calls of a turn through, or fails and counts them. */
function createCallGate(open: boolean): { tape: Tape; count(): number } {
  let count = 0;
  const through: Tape['through'] = (_question, ask) => {
    if (open) return ask();
    count += 1;
    return Promise.reject(new Error('It was not called: this run calls no services.'));
  };
  return { tape: { through }, count: () => count };
}
