import { assertMay, type Viewer } from '../domain/access.js';
import { type CommandDeps, runCommand } from '../domain/command.js';
import { AppError } from '../errors.js';
import { attachmentsByIds } from '../store/tables/attachments.js';
import { type ConversationRecord, endUserConversations } from '../store/tables/conversations.js';
import { deliveriesOfConversation } from '../store/tables/deliveries.js';
import { attemptsOf } from '../store/tables/delivery-attempts.js';
import { dataTableRowsOf, daysOf, keysOf } from '../store/tables/end-users.js';
import { fileIdsIn } from '../store/tables/retention.js';
import type { sessionStore } from '../store/tables/sessions.js';
import { type NewTurnRecord, turnRecordsOf } from '../store/tables/turn-records.js';
import { turnsOfConversation } from '../store/tables/turns.js';
import type { Vault } from '../store/vault.js';
import { customDataOf, openSession } from '../turn/stored-form.js';
import { turnRecordData, unpacked } from '../turn/turn-record.js';
import { readTrace } from '../turn/turn-trace.js';
import { storedReplies } from '../wire/outcome.js';
import { readInput } from '../wire/stored-input.js';
import { type EndUserRequest, scopeOf } from './erasures.js';

/** Turns and deliveries that one export holds; more: PAYLOAD_TOO_LARGE, as it is made in memory. */
const MAX_ROWS = 20_000;
const MAX_CONVERSATIONS = 2_000;

export interface UserExportDeps extends CommandDeps {
  sessions: Pick<ReturnType<typeof sessionStore>, 'load'>;
  vault: Pick<Vault, 'open' | 'openBytes'>;
}

/** All that is stored of an end user, as JSON. */
export function createUserExport(deps: UserExportDeps) {
  const { read, dialect } = deps.database;

  async function conversationOf(conversation: ConversationRecord, room: number) {
    const { id, channelId, groupId, startedAt, lastMessageAt } = conversation;
    const turns = await turnsOfConversation(read, id, room + 1);
    const deliveries = await deliveriesOfConversation(read, id, room + 1);
    const [stored] = await deps.sessions.load(read, [id]);
    const session = stored && openSession(deps.vault, stored);
    const attempts = await attemptsOf(
      read,
      deliveries.map((delivery) => delivery.id),
    );
    const turnIds = turns.map((turn) => turn.id);
    const records = new Map((await turnRecordsOf(read, turnIds)).map((row) => [row.turnId, opened(row)]));
    return {
      id,
      channelId,
      groupId,
      startedAt: time(startedAt),
      lastMessageAt: time(lastMessageAt),
      session: session && { id: session.id, startedAt: time(session.startedAt), state: parsed(session.state) },
      turns: turns.map((turn) => ({
        id: turn.id,
        at: time(turn.createdAt),
        status: turn.status,
        input: readInput(turn.input),
        ...(turn.customDataCipher && {
          customData: parsed(deps.vault.open(turn.customDataCipher, customDataOf(turn.id))),
        }),
        replies: turn.replies === null ? null : storedReplies(turn),
        error: turn.error,
        trace: turn.trace === null ? null : readTrace(turn.trace),
        ...(records.has(turn.id) && { record: records.get(turn.id) }),
      })),
      deliveries: deliveries.map((delivery) => ({
        id: delivery.id,
        at: time(delivery.createdAt),
        status: delivery.status,
        body: parsed(delivery.payload),
        attempts: (attempts.get(delivery.id) ?? []).map(
          ({ deliveryId: _, exchange: __, startedAt: at, ...attempt }) => ({
            at: time(at),
            ...attempt,
          }),
        ),
      })),
      fileIds: turns.flatMap((turn) => fileIdsIn(turn.input)),
    };
  }

  /** What is kept of a turn to run it again, and stands nowhere else. */
  function opened({ turnId, record: sealed }: NewTurnRecord) {
    const record = unpacked(deps.vault.openBytes(sealed, turnRecordData(turnId)));
    if (record.kept === 'TOO_LARGE') return null;
    const { session, calls } = record;
    return { sessionBefore: parsed(session.state), answers: calls.map(({ node, answer }) => ({ node, answer })) };
  }

  return {
    /** BAD_USER_INPUT, NOT_FOUND for the channel or bot; PAYLOAD_TOO_LARGE. */
    async export(viewer: Viewer, request: EndUserRequest) {
      assertMay(viewer, 'end-user.export');
      assertMay(viewer, 'conversation.read-content');
      const { user } = request;
      const { accountId } = viewer;
      const parts = await scopeOf(read, viewer, request);
      const scope = { accountId, user, ...parts, until: Number.MAX_SAFE_INTEGER };
      const found = await endUserConversations(read, scope, MAX_CONVERSATIONS + 1);
      if (found.length > MAX_CONVERSATIONS) throw tooMuch();
      const conversations: Omit<Awaited<ReturnType<typeof conversationOf>>, 'fileIds'>[] = [];
      const files = new Set<string>();
      let rows = 0;
      for (const one of found) {
        const { fileIds, ...conversation } = await conversationOf(one, MAX_ROWS - rows);
        rows += conversation.turns.length + conversation.deliveries.length;
        if (rows > MAX_ROWS) throw tooMuch();
        conversations.push(conversation);
        for (const id of fileIds) files.add(id);
      }
      const attachments = (await attachmentsByIds(read, [...files]))
        .filter((row) => row.accountId === accountId)
        .map(({ accountId: _, createdAt, ...row }) => ({ ...row, at: time(createdAt) }));
      const days = await daysOf(read, scope);
      const keys = await keysOf(read, scope);
      const dataTableRows = await dataTableRowsOf(read, dialect, scope);
      const exportedAt = deps.clock.now();
      await runCommand(deps, viewer, 'end-user.export', async ({ audit }) =>
        audit(parts.channelId ?? parts.botId ?? accountId, { conversations: conversations.length, rows }),
      );
      return {
        user,
        exportedAt: time(exportedAt),
        conversations,
        attachments,
        daysActive: days.map(({ channelId, day }) => ({ channelId, day: time(day).slice(0, 10) })),
        idempotencyKeys: keys.map(({ at, ...key }) => ({ ...key, at: time(at) })),
        dataTableRows: dataTableRows.map(({ botId, tableName, row }) => ({ botId, table: tableName, row })),
      };
    },
  };
}

const time = (at: number): string => new Date(at).toISOString();

const parsed = (text: string | null): unknown => (text === null || text === '' ? null : JSON.parse(text));

const tooMuch = () =>
  new AppError(
    'PAYLOAD_TOO_LARGE',
    `More than ${MAX_ROWS} messages are stored of this user: export one channel at a time.`,
  );
