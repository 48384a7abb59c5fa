import { existsSync, statSync } from 'node:fs';
import { access, constants, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { migrationSource } from '../../migrations/index.js';
import type { Env } from '../config/env.js';
import { loadKeyRing } from '../config/key-ring.js';
import { databaseFileIn } from '../load/overload.js';
import { createPolicy } from '../outbound/guard.js';
import { proxySettings } from '../outbound/proxy-settings.js';
import { createOutbound } from '../outbound/request.js';
import { productVersion } from '../product-version.js';
import { CONNECTIONS, type Database, openDatabase } from '../store/database/database.js';
import { assertNotNewer, pendingMigrations } from '../store/database/migrate.js';
import { createVault, hasSealedSecrets } from '../store/vault.js';
import { MINUTE } from '../time.js';
import { assertReadable, Unreadable } from './look-at-database.js';
import { databaseUrlOf, openReachable } from './open-database.js';
import { lookAtPort } from './port.js';
import { tryKeyRing } from './try-key-ring.js';

export interface Finding {
  what: string;
  ok: boolean;
  /** What was found, or what to do. */
  says: string;
}

export interface DoctorOptions {
  /** Throws an Error that lists the faults. */
  settings(): Env;
  /** Called to see whether the outside is reached; null: not asked. */
  reach: string | null;
  now: number;
}

/** How far the clock may be off before tokens and signatures are refused by others. */
const MAX_CLOCK_OFF_MS = MINUTE;
const LEAST_NODE = [20, 19] as const;

/** Looks at all that a server needs, without changing anything. Never throws. */
export async function examine({ settings: read, reach, now }: DoctorOptions): Promise<Finding[]> {
  const findings = [await look('versions', async () => versions())];
  let env: Env | undefined;
  findings.push(
    await look('settings', async () => {
      env = read();
      return 'all are valid';
    }),
  );
  if (!env) return findings;
  const settings = env;
  findings.push(await look('disk', () => disk(settings)));
  findings.push(await look('port', () => lookAtPort(settings.HOST, settings.PORT, 'PORT')));
  const { METRICS_PORT } = settings;
  if (METRICS_PORT !== undefined)
    findings.push(await look('port of metrics', () => lookAtPort(settings.HOST, METRICS_PORT, 'METRICS_PORT')));
  let isReadable = true;
  findings.push(
    await look('database', () =>
      schema(settings).catch((error: unknown) => {
        isReadable = !(error instanceof Unreadable);
        throw error;
      }),
    ),
  );
  if (isReadable) findings.push(await look('key ring', () => keys(settings, now)));
  if (reach !== null) findings.push(...(await outside(settings, reach)));
  return findings;
}

async function look(what: string, work: () => Promise<string>): Promise<Finding> {
  try {
    return { what, ok: true, says: await work() };
  } catch (error) {
    return { what, ok: false, says: error instanceof Error ? error.message : String(error) };
  }
}

function versions(): string {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [least, leastMinor] = LEAST_NODE;
  if (major < least || (major === least && minor < leastMinor))
    throw new Error(`Node ${process.versions.node} is too old. Install ${LEAST_NODE.join('.')} or later.`);
  return `Hookswitch ${productVersion()}, Node ${process.versions.node}`;
}

const MIB = 1024 * 1024;

async function disk(env: Env): Promise<string> {
  if (!existsSync(env.DATA_DIR)) throw new Error(`${env.DATA_DIR} is not there. A start makes it; or set DATA_DIR.`);
  await access(env.DATA_DIR, constants.R_OK | constants.W_OK | constants.X_OK).catch(() => {
    throw new Error(`${env.DATA_DIR} cannot be written. Give the user who runs Hookswitch the right to.`);
  });
  const { bavail, bsize } = await statfs(env.DATA_DIR);
  const free = Math.floor((bavail * bsize) / MIB);
  if (free < 2 * env.MIN_FREE_DISK_MB)
    throw new Error(
      `${free} MiB are free in ${env.DATA_DIR}. Uploads stop below ${2 * env.MIN_FREE_DISK_MB}, messages below ${env.MIN_FREE_DISK_MB} (MIN_FREE_DISK_MB). Make room.`,
    );
  return `${free} MiB free in ${env.DATA_DIR}`;
}

async function schema(env: Env): Promise<string> {
  if (isMissing(env)) throw new Error(`There is none in ${env.DATA_DIR}. A start makes it; or set DATA_DIR.`);
  await using database = openDatabase({ url: databaseUrlOf(env), readers: 1 });
  await assertReadable(database, databaseUrlOf(env));
  await assertNotNewer(database.read, migrationSource);
  const pending = await pendingMigrations(database.read, migrationSource);
  if (pending.length > 0)
    throw new Error(`${pending.length} migrations are to be made. Start the server, or run hookswitch migrate.`);
  return database.dialect === 'sqlite'
    ? 'SQLite, schema up to date'
    : `PostgreSQL, schema up to date; ${await connections(database, env)}`;
}

/** Throws when this machine's processes alone may need more connections than the server gives. */
async function connections({ read }: Database, { WORKERS }: Env): Promise<string> {
  const { rows } = (await read.raw("select current_setting('max_connections')::int as most")) as {
    rows: { most: number }[];
  };
  const most = rows[0]?.most ?? 0;
  // Beside those that serve, one that is started in the place of another.
  const needed = (WORKERS + (WORKERS > 1 ? 1 : 0)) * CONNECTIONS;
  if (needed > most)
    throw new Error(
      `WORKERS=${WORKERS} may need ${needed} connections, ${CONNECTIONS} a process, and PostgreSQL gives ${most}. Raise max_connections, or lower WORKERS.`,
    );
  return `up to ${needed} of its ${most} connections are needed here`;
}

/** A key ring is neither made here, nor its check text. */
async function keys(env: Env, now: number): Promise<string> {
  if (isMissing(env)) return 'none is needed yet';
  await using database = await openReachable(databaseUrlOf(env));
  if (!(await database.read.schema.hasTable('key_checks')) || !(await hasSealedSecrets(database.read)))
    return 'none is needed yet';
  assertPrivate(env);
  const vault = createVault(loadKeyRing(env, true).keys);
  await tryKeyRing(database.write, vault, now);
  return `opens what was sealed; "${vault.currentKeyId}" seals`;
}

/** A group may read it: a mounted secret is often shared that way. */
function assertPrivate(env: Env): void {
  if (env.KEY_RING) return;
  const file = env.KEY_RING_FILE ?? join(env.DATA_DIR, 'key-ring');
  const mode = statSync(file, { throwIfNoEntry: false })?.mode ?? 0;
  if (process.platform !== 'win32' && (mode & 0o007) !== 0)
    throw new Error(
      `Every user of this machine may open ${file} (mode ${(mode & 0o777).toString(8)}). Take the right away: chmod 600 ${file}`,
    );
}

const isMissing = (env: Env) => env.DATABASE_URL === undefined && !existsSync(databaseFileIn(env.DATA_DIR));

/** The way that callbacks go; the answer's `Date` says how right the clock is. */
async function outside(env: Env, url: string): Promise<Finding[]> {
  const policy = createPolicy({ allowHttp: env.OUTBOUND_ALLOW_HTTP, allowCidrs: env.OUTBOUND_ALLOW_CIDRS });
  const outbound = createOutbound({ policy, proxy: proxySettings(env) });
  let date: string | undefined;
  const reached = await look('outside', async () => {
    const { status, headers } = await outbound.request({ method: 'HEAD', url }).catch((error: unknown) => {
      const why = error instanceof Error ? error.message : String(error);
      throw new Error(
        `${new URL(url).host} is not reached: ${why} Check the firewall, name servers and OUTBOUND_PROXY, or name another URL with --reach.`,
      );
    });
    date = [headers.date].flat()[0];
    return `${new URL(url).host} answers ${status}`;
  });
  await outbound.close();
  const at = Date.parse(date ?? '');
  if (Number.isNaN(at)) return [reached];
  const clock = await look('clock', async () => {
    const off = Math.abs(at - Date.now());
    if (off > MAX_CLOCK_OFF_MS)
      throw new Error(`It is ${Math.round(off / 1000)} s off. Set it by NTP: tokens and signatures hold for minutes.`);
    return 'right to the minute';
  });
  return [reached, clock];
}
