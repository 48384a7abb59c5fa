import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setPriority } from 'node:os';

/** How far all else of a first start stands back, 0-19: the one large file of SQLite is what everything waits for. */
export const BESIDE_SQLITE = 5;

/**
 * Runs a program in `folder`, silently; when it fails, throws with all of its output. `env`: more variables for it.
 * `nice`: how far it stands back behind others, 0-19. `timeoutMs`: ended and failed after as long.
 */
export async function run(folder, program, args, { env = {}, nice = 0, timeoutMs } = {}) {
  const [file, ...rest] = program === 'npm' ? [...npm(), ...args] : [program, ...args];
  const child = spawn(file, rest, {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: file === 'npm.cmd',
    env: { ...process.env, ...env },
    timeout: timeoutMs,
  });
  if (nice > 0) standBack(child.pid, nice);
  const said = [];
  child.stdout.on('data', (chunk) => said.push(chunk));
  child.stderr.on('data', (chunk) => said.push(chunk));
  const [code, signal] = await once(child, 'close');
  if (code === 0) return;
  throw new Error(`${Buffer.concat(said)}\n${[program, ...args].join(' ')}: ended with ${signal ?? `code ${code}`}.`);
}

/** Where it is not allowed, or the program is over already, it makes no odds. */
function standBack(pid, nice) {
  try {
    setPriority(pid, nice);
  } catch {}
}

/** The npm that runs this script, if any, so that the same installation is used. */
function npm() {
  const cli = process.env.npm_execpath;
  if (cli?.endsWith('npm-cli.js')) return [process.execPath, cli];
  return [process.platform === 'win32' ? 'npm.cmd' : 'npm'];
}
