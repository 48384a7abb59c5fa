import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface DemoServer {
  url: string;
  token: string;
  /** Its data, until it stops. */
  folder: string;
  /** Resolves when it has stopped, told to or not. */
  ended: Promise<void>;
  stop(): Promise<void>;
}

/** A server on a temporary folder, for the duration of the demo. */
export async function startServer(): Promise<DemoServer> {
  const folder = await mkdtemp(join(tmpdir(), 'hookswitch-demo-'));
  const token = randomBytes(32).toString('base64url');
  const child = spawn(process.execPath, [fileURLToPath(new URL('../../bundle/server/main.js', import.meta.url))], {
    env: {
      PATH: process.env.PATH,
      PORT: '0',
      DATA_DIR: folder,
      BOOTSTRAP_ADMIN_TOKEN: token,
      OUTBOUND_ALLOW_HTTP: 'true',
      OUTBOUND_ALLOW_CIDRS: '127.0.0.0/8',
      LOG_LEVEL: 'warn',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const url = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (chunk) => {
      text += String(chunk);
      const [, found] = /listens on (\S+)/.exec(text) ?? [];
      if (found) resolve(found);
    });
    child.once('exit', () => reject(new Error(`The server did not start:\n${text}`)));
  });
  return {
    url,
    token,
    folder,
    ended,
    async stop() {
      child.kill('SIGTERM');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
