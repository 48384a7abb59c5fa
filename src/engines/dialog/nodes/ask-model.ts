import { answerOf } from '../../../bots/tape.js';
import type { ModelCall, Node, Way } from '../../../definition/program.js';
import { SECOND } from '../../../time.js';
import type { ModelPrompt } from '../deps.js';
import { goTo } from '../go-to.js';
import { LanguageModelError } from '../language-model.js';
import { NodeFailure, placeOf, type Run } from '../run.js';
import type { Frame } from '../state.js';
import type { Outcome } from './outcome.js';

/** A node that got no answer of the language model, or none it can use. */
export class ModelFailure extends NodeFailure {}

type ModelNode = ModelCall & Pick<Node, 'name'>;

/** Asks the language model for a node. ModelFailure when none is configured, or it does not answer. */
export async function askModel(
  run: Run,
  node: ModelNode,
  prompt: Pick<ModelPrompt, 'system' | 'messages' | 'schema'>,
): Promise<string> {
  const { model, temperature, maxTokens, timeoutSeconds } = node;
  const timeout = timeoutSeconds === null ? {} : { timeoutMs: timeoutSeconds * SECOND };
  const startedAt = performance.now();
  const trace = (more: { status: number | null; error?: string }): void =>
    run.turn.trace({
      kind: 'language_model',
      node: node.name,
      durationMs: Math.round(performance.now() - startedAt),
      ...more,
    });
  const { languageModel } = run.deps;
  if (!languageModel) {
    trace({ status: null, error: 'none is configured' });
    throw new ModelFailure(`The node "${node.name}" needs a language model, and none is configured.`);
  }
  try {
    const asked = { ...prompt, model, temperature, maxTokens, ...timeout };
    const question = { node: node.name, method: 'COMPLETE', address: model, body: asked };
    const text = await answerOf(run.turn.tape, question, () => languageModel.complete(asked, run.turn, run.signal));
    trace({ status: 200 });
    return text;
  } catch (error) {
    if (run.signal.aborted) throw error;
    const why = error instanceof Error ? error.message : String(error);
    trace({ status: error instanceof LanguageModelError ? error.status : null, error: why });
    throw new ModelFailure(`The language model did not answer "${node.name}": ${why}`);
  }
}

/** Goes on without the language model where the node says so; else its failure is the task's. */
export function withoutModel(run: Run, frame: Frame, node: ModelNode, error: unknown): Outcome {
  if (!(error instanceof ModelFailure) || node.fallback === 'USUAL') throw error;
  return leaveBy(run, frame, node, node.fallback);
}

/** Leaves a node for another than its edges lead to. */
export function leaveBy(run: Run, frame: Frame, { name }: Pick<Node, 'name'>, way: Exclude<Way, 'USUAL'>): Outcome {
  run.turn.trace({ kind: 'edge', node: name, ...placeOf(run, frame), to: way.to ?? 'end' });
  return goTo(frame, way.to);
}
