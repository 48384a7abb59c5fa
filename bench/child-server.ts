import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A server in a child process. */
export interface ChildServer {
  url: string;
  /** `Authorization` of requests, if the server gave one; else empty. */
  authorization: string;
  process: ChildProcess;
  /** Resolves with how it ended, whenever that is. */
  ended: Promise<{ code: number | null; signal: string | null }>;
  /** Kills it with SIGKILL. */
  kill(): Promise<void>;
  /** Stops it in an orderly way. */
  stop(): Promise<void>;
}

export interface ChildServerOptions {
  env: Record<string, string>;
  args?: string[];
  execArgv?: string[];
  /** Default: the server with the counting bot. */
  entry?: URL;
}

/** As `npm start` has it. */
const RUNNER = ['--max-semi-space-size=24', '--enable-source-maps'];

/** Children run compiled, also those of tests: a server that compiles itself first takes seconds to start. */
const dist = new URL(import.meta.url.endsWith('.ts') ? '../dist/' : '../', import.meta.url);

export const entryOf = (name: string): URL => new URL(`bench/${name}.js`, dist);

/** Starts it and resolves once it says where it listens; rejects with what it wrote when it ends before that. */
export async function startChildServer(options: ChildServerOptions): Promise<ChildServer> {
  const { env, args = [], execArgv = [], entry = new URL('bundle/server/bench-server.js', dist) } = options;
  const child = fork(fileURLToPath(entry), args, {
    env: { PATH: process.env.PATH, ...env },
    execArgv: [...RUNNER, ...execArgv],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let said = '';
  const hear = (chunk: Buffer): void => {
    said = (said + chunk.toString()).slice(-20_000);
  };
  child.stdout?.on('data', hear);
  child.stderr?.on('data', hear);
  const ended = once(child, 'exit').then(([code, signal]) => ({ code, signal }));
  const { url, authorization = '' } = await Promise.race([
    once(child, 'message').then(([message]) => message as { url: string; authorization?: string }),
    ended.then(({ code, signal }) => {
      throw new EarlyEnd(`the server ended before it listened (${signal ?? code}):\n${said}`);
    }),
  ]);
  return {
    url,
    authorization,
    process: child,
    ended,
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** It was ended, or ended itself, before it listened. */
export class EarlyEnd extends Error {
  override readonly name = 'EarlyEnd';
}
