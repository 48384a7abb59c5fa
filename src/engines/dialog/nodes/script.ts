import type { Node } from '../../../definition/program.js';
import { ensureContext } from '../context.js';
import { type Run, scopeOf } from '../run.js';
import type { Outcome } from './outcome.js';

/** Runs the script for what it changes; what it prints is not said (kore-exports.md §6). */
export async function runScript(run: Run, node: Extract<Node, { type: 'script' }>): Promise<Outcome> {
  await runBotScript(run, node.script);
  return 'next';
}

export async function runBotScript(run: Run, script: string): Promise<void> {
  if (script.trim() === '') return;
  await run.deps.scripts.run(script, scopeOf(run), run.turn);
  ensureContext(run.context);
}
