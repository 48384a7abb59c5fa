import type { Node } from '../../../definition/program.js';
import { ensureContext } from '../context.js';
import { type Run, scopeOf } from '../run.js';
import { lineOf } from '../sandbox/script-error.js';
import type { Outcome } from './outcome.js';

/** Runs the script for what it changes; what it prints is not said (kore-exports.md §6). */
export async function runScript(run: Run, node: Extract<Node, { type: 'script' }>): Promise<Outcome> {
  await runBotScript(run, node.script, node.name);
  return 'next';
}

/** `of`: the node or event it belongs to, as the trace names it. */
export async function runBotScript(run: Run, script: string, of: string): Promise<void> {
  if (script.trim() === '') return;
  const startedAt = performance.now();
  const trace = (more: { error?: string; line?: number }): void =>
    run.turn.trace({ kind: 'script', node: of, durationMs: Math.round(performance.now() - startedAt), ...more });
  try {
    await run.deps.scripts.run(script, scopeOf(run), run.turn);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const line = lineOf(why);
    trace({ error: why, ...(line !== null && { line }) });
    throw error;
  }
  trace({});
  ensureContext(run.context);
}
