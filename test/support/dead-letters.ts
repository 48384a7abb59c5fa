import type { Knex } from 'knex';

export interface DeadLetters {
  accountId: string;
  channelId: string;
  /** Conversations, of the users `<prefix>0`, `<prefix>1` and so on. */
  conversations: number;
  /** Deliveries in each, numbered from 1. */
  each: number;
  createdAt: number;
  status?: 'DEAD' | 'DELIVERED';
  statusCode?: number;
  prefix?: string;
}

const ROWS_AT_ONCE = 500;

export const conversationOf = (prefix: string, n: number): string => `cv-${prefix}${n}`;
export const deliveryIn = (prefix: string, n: number, seq: number): string => `ms-${prefix}${n}-${seq}`;

/** Writes deliveries that are over, with their conversations and lanes at rest, as the dispatcher leaves them. */
export async function insertDeadLetters(db: Knex, letters: DeadLetters): Promise<void> {
  const { accountId, channelId, conversations, each, createdAt, status = 'DEAD', statusCode = 500 } = letters;
  const prefix = letters.prefix ?? 'u';
  const all = Array.from({ length: conversations }, (_, n) => n);
  const deliveries = all.flatMap((n) => Array.from({ length: each }, (_, at) => ({ n, seq: at + 1 })));
  const insert = (table: string, rows: Record<string, unknown>[]) => db.batchInsert(table, rows, ROWS_AT_ONCE);
  await insert(
    'conversations',
    all.map((n) => ({
      id: conversationOf(prefix, n),
      account_id: accountId,
      channel_id: channelId,
      user_id: `${prefix}${n}`,
      started_at: createdAt,
      last_message_at: createdAt,
    })),
  );
  await insert(
    'lanes',
    all.map((n) => ({
      id: `${conversationOf(prefix, n)}:out`,
      direction: 'OUT',
      conversation_id: conversationOf(prefix, n),
      channel_id: channelId,
      next_seq: each + 1,
    })),
  );
  await insert(
    'deliveries',
    deliveries.map(({ n, seq }) => ({
      id: deliveryIn(prefix, n, seq),
      account_id: accountId,
      channel_id: channelId,
      conversation_id: conversationOf(prefix, n),
      trace_id: 'RTM-TRACE-0af76519-16cd-43dd-8448-eb211c80319c',
      seq,
      status,
      payload: JSON.stringify({ text: `${seq}`, to: `${prefix}${n}` }),
      attempts: 1,
      spent: 1,
      created_at: createdAt + seq,
      finished_at: createdAt + seq,
    })),
  );
  await insert(
    'delivery_attempts',
    deliveries.map(({ n, seq }) => ({
      delivery_id: deliveryIn(prefix, n, seq),
      number: 1,
      started_at: createdAt + seq,
      duration_ms: 1,
      status_code: statusCode,
    })),
  );
}
