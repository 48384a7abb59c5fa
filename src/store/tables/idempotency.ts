import type { Knex } from 'knex';
import type { Dialect } from '../database/database.js';
import { queryRows, rowSource, writeRows } from '../database/row-source.js';
import type { Statements } from '../database/statements.js';

/** A caller's key, claimed for one turn. The same key of the same sender on the same channel means the same message. */
export interface KeyClaim {
  channelId: string;
  userId: string;
  key: string;
  bodyHash: string;
  turnId: string;
  at: number;
}

/** A token id that may be used once. */
export interface JtiClaim {
  clientId: string;
  jti: string;
  turnId: string;
  expiresAt: number;
}

export function idempotencyStore(dialect: Dialect) {
  const keySource = rowSource(dialect, {
    channel_id: 'text',
    user_id: 'text',
    key: 'text',
    body_hash: 'text',
    turn_id: 'text',
    created_at: 'int',
  });
  const claimKeySql = `insert into idempotency_keys as k (channel_id, user_id, key, body_hash, turn_id, created_at)
    select channel_id, user_id, key, body_hash, turn_id, created_at from ${keySource.from} where true
    on conflict (channel_id, user_id, key) do update set body_hash = excluded.body_hash, turn_id = excluded.turn_id,
      created_at = excluded.created_at where k.created_at < ?
    returning turn_id`;
  const jtiSource = rowSource(dialect, { client_id: 'text', jti: 'text', turn_id: 'text', expires_at: 'int' });
  const claimJtiSql = `insert into used_jtis (client_id, jti, turn_id, expires_at)
    select client_id, jti, turn_id, expires_at from ${jtiSource.from} where true
    on conflict (client_id, jti) do nothing returning turn_id`;

  const turnSource = rowSource(dialect, { turn_id: 'text' });
  const releaseSql = `delete from idempotency_keys where turn_id in (select turn_id from ${turnSource.from})`;

  return {
    /** Gives the turn ids whose claim was won. A key claimed before `forgottenBefore` is free again. */
    async claimKeys(trx: Statements, claims: KeyClaim[], forgottenBefore: number): Promise<Set<string>> {
      const cells = claims.map((c) => [c.channelId, c.userId, c.key, c.bodyHash, c.turnId, c.at]);
      const rows = await queryRows<{ turn_id: string }>(trx, keySource, claimKeySql, cells, [forgottenBefore]);
      return new Set(rows.map((row) => row.turn_id));
    },

    /** Gives the turn ids whose token was used for the first time. */
    async claimJtis(trx: Statements, claims: JtiClaim[]): Promise<Set<string>> {
      const cells = claims.map((c) => [c.clientId, c.jti, c.turnId, c.expiresAt]);
      const rows = await queryRows<{ turn_id: string }>(trx, jtiSource, claimJtiSql, cells);
      return new Set(rows.map((row) => row.turn_id));
    },

    /** Frees the keys of turns that came to nothing, so that a retry starts anew. */
    async releaseKeys(trx: Statements, turnIds: string[]): Promise<void> {
      await writeRows(
        trx,
        turnSource,
        releaseSql,
        turnIds.map((id) => [id]),
      );
    },

    async find(
      db: Knex,
      channelId: string,
      userId: string,
      key: string,
    ): Promise<{ bodyHash: string; turnId: string } | null> {
      const row = await db('idempotency_keys')
        .where({ channel_id: channelId, user_id: userId, key })
        .first<{ body_hash: string; turn_id: string } | undefined>('body_hash', 'turn_id');
      return row ? { bodyHash: row.body_hash, turnId: row.turn_id } : null;
    },
  };
}
