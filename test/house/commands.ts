import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What a document has its readers type, in its order: the blocks of a language. */
export function commandsOf(file: string, language: 'sh' | 'bash'): string {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)]
    .filter(([, of]) => of === language)
    .map(([, , block]) => block)
    .join('');
}

interface At {
  url: string;
  token: string;
}

/** Runs commands in one shell, which ends at the first that fails, and takes what they leave running along. */
export async function runCommands(commands: string, { url, token }: At, env = {}, cwd = root): Promise<string> {
  // What npm does before a script has been done for the tests; npm itself would run in the repository.
  const npm = `npm() { node ${join(root, 'dist/bundle/server/hookswitch.js')} import "\${@:5}"; }`;
  const script = `trap 'kill $(jobs -p) 2>/dev/null || true' EXIT\n${npm}\n${commands}`;
  const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script], {
    cwd,
    env: { ...process.env, URL: url, TOKEN: token, ...env },
  });
  return stdout;
}

/**
 * Starts a server by the command of a document (`NAME=value … npm start`), on a free port and a folder of its own. What npm would
 * build before it has been built for the tests.
 */
export async function startByCommand(command: string): Promise<At & AsyncDisposable> {
  const words = command.split(' ');
  const settings = words.filter((word) => word.includes('=')).map((word) => word.split('=', 2));
  if (words.slice(settings.length).join(' ') !== 'npm start') throw new Error(`"${command}" starts no server`);
  const folder = await mkdtemp(join(tmpdir(), 'hookswitch-document-'));
  const server = spawn('npm', ['start', '--ignore-scripts'], {
    cwd: root,
    env: { ...process.env, ...Object.fromEntries(settings), PORT: '0', DATA_DIR: folder, MIN_FREE_DISK_MB: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true, // a process group of its own, as at a terminal
  });
  const ended = once(server, 'exit');
  let said = '';
  for await (const line of createInterface(server.stdout)) {
    said += `${line}\n`;
    if (line.includes('listens on')) break;
  }
  server.stdout.resume();
  const [, token = ''] = /API token, shown only this once:\n\n {4}(\S+)/.exec(said) ?? [];
  const [, url = ''] = /listens on (\S+)/.exec(said) ?? [];
  return {
    url,
    token,
    async [Symbol.asyncDispose]() {
      if (server.pid !== undefined && server.exitCode === null) process.kill(-server.pid, 'SIGINT');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
