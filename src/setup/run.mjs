import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Runs a program in `root`, silently; when it fails, throws with all of its output. `env`: more variables for it. */
export async function run(root, program, args, env = {}) {
  const [file, ...rest] = program === 'npm' ? [...npm(), ...args] : [program, ...args];
  const child = spawn(file, rest, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: file === 'npm.cmd',
    env: { ...process.env, ...env },
  });
  const said = [];
  child.stdout.on('data', (chunk) => said.push(chunk));
  child.stderr.on('data', (chunk) => said.push(chunk));
  const [code, signal] = await once(child, 'close');
  if (code === 0) return;
  throw new Error(`${Buffer.concat(said)}\n${[program, ...args].join(' ')}: ended with ${signal ?? `code ${code}`}.`);
}

/** The npm that runs this script, if any, so that the same installation is used. */
function npm() {
  const cli = process.env.npm_execpath;
  if (cli?.endsWith('npm-cli.js')) return [process.execPath, cli];
  return [process.platform === 'win32' ? 'npm.cmd' : 'npm'];
}
