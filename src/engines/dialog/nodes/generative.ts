import type { GenerativeNode } from '../../../definition/program.js';
import { child } from '../context.js';
import type { LanguageModel } from '../deps.js';
import { NodeFailure, pause, type Run, type Steps } from '../run.js';
import { fill } from '../services/fill.js';
import type { Frame } from '../state.js';
import type { Outcome } from './outcome.js';
import { runBotScript } from './script.js';

/** Asks the language model; its text is kept at `context.GenerativeAINode.<name>.text`, where messages read it. */
export async function* runGenerative(run: Run, frame: Frame, node: GenerativeNode): Steps<Outcome> {
  const model = run.deps.languageModel;
  if (!model) throw new NodeFailure(`The node "${node.name}" needs a language model, and none is configured.`);
  if (frame.phase === 'enter') {
    await runBotScript(run, node.preProcessor);
    frame.phase = 'call';
    yield* pause(run);
  }
  const asked = await fill(run, node.prompt === '' ? '{{context.userInputs.originalInput.sentence}}' : node.prompt);
  const system = await fill(run, node.system);
  const startedAt = performance.now();
  const text = await complete(run, model, node, { system, asked });
  run.turn.trace({ kind: 'language_model', node: node.name, durationMs: Math.round(performance.now() - startedAt) });
  child(run.context, 'GenerativeAINode')[node.name] = { text };
  await runBotScript(run, node.postProcessor);
  return 'next';
}

async function complete(
  run: Run,
  model: LanguageModel,
  node: GenerativeNode,
  { system, asked }: { system: string; asked: string },
): Promise<string> {
  const { temperature, maxTokens } = node;
  try {
    return await model.complete(
      { system, messages: [{ role: 'user', content: asked }], model: node.model, temperature, maxTokens },
      run.turn,
      run.signal,
    );
  } catch (error) {
    if (run.signal.aborted) throw error;
    throw new NodeFailure(`The language model did not answer "${node.name}": ${String(error)}`);
  }
}
