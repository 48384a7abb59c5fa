import type { Knex } from 'knex';
import type { Dialect } from '../database/database.js';
import { type RowWrite, recordSource, rowSource, writeAll } from '../database/row-source.js';
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

/** Takes keys that are free, or were claimed before the time that is bound second. Gives `turn_id` of those it took. */
export function keyClaims(dialect: Dialect): RowWrite<KeyClaim> {
  const source = recordSource<KeyClaim>(dialect, {
    channelId: 'text',
    userId: 'text',
    key: 'text',
    bodyHash: 'text',
    turnId: 'text',
    at: 'int',
  });
  const sql = `insert into idempotency_keys as k (channel_id, user_id, key, body_hash, turn_id, created_at)
    select channel_id, user_id, key, body_hash, turn_id, at from ${source.from} where true
    on conflict (channel_id, user_id, key) do update set body_hash = excluded.body_hash, turn_id = excluded.turn_id,
      created_at = excluded.created_at where k.created_at < ?
    returning turn_id`;
  return { sql, bind: (rows) => source.bind(source.cells(rows)) };
}

/** Notes tokens that are used for the first time. Gives `turn_id` of those. */
export function jtiClaims(dialect: Dialect): RowWrite<JtiClaim> {
  const source = recordSource<JtiClaim>(dialect, { clientId: 'text', jti: 'text', turnId: 'text', expiresAt: 'int' });
  const sql = `insert into used_jtis (client_id, jti, turn_id, expires_at)
    select client_id, jti, turn_id, expires_at from ${source.from} where true
    on conflict (client_id, jti) do nothing returning turn_id`;
  return { sql, bind: (rows) => source.bind(source.cells(rows)) };
}

/** Frees the keys of turns that came to nothing, so that a retry starts anew. */
export function keyReleases(dialect: Dialect): RowWrite<string> {
  const source = rowSource(dialect, { turn_id: 'text' });
  const sql =
    dialect === 'sqlite'
      ? `delete from idempotency_keys where turn_id in (select turn_id from ${source.from})`
      : `delete from idempotency_keys using ${source.from} where ${source.by('idempotency_keys.turn_id', 'turn_id')}`;
  return { sql, bind: (turnIds) => source.bind(turnIds.map((id) => [id])) };
}

export function idempotencyStore(dialect: Dialect) {
  const keys = keyClaims(dialect);
  const jtis = jtiClaims(dialect);
  const releases = keyReleases(dialect);

  return {
    /** Gives the turn ids whose claim was won. A key claimed before `forgottenBefore` is free again. */
    async claimKeys(trx: Statements, claims: KeyClaim[], forgottenBefore: number): Promise<Set<string>> {
      const rows = await trx.query<{ turn_id: string }>(keys.sql, [keys.bind(claims), forgottenBefore]);
      return new Set(rows.map((row) => row.turn_id));
    },

    /** Gives the turn ids whose token was used for the first time. */
    async claimJtis(trx: Statements, claims: JtiClaim[]): Promise<Set<string>> {
      const rows = await trx.query<{ turn_id: string }>(jtis.sql, [jtis.bind(claims)]);
      return new Set(rows.map((row) => row.turn_id));
    },

    releaseKeys: (trx: Statements, turnIds: string[]): Promise<void> => writeAll(trx, releases, turnIds),

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
