import type { GenerativeNode } from '../../../definition/program.js';
import { child } from '../context.js';
import { pause, type Run, type Steps } from '../run.js';
import { fillPrompt } from '../services/fill.js';
import type { Frame } from '../state.js';
import { askModel, withoutModel } from './ask-model.js';
import type { Outcome } from './outcome.js';
import { runBotScript } from './script.js';
import { scriptedPrompt } from './scripted-prompt.js';

/**
 * Asks the language model; its text is kept at `context.GenerativeAINode.<name>.text`, and as
 * `context.GenAIPrompt.<name>.choices[0].text`, where messages read it.
 */
export async function* runGenerative(run: Run, frame: Frame, node: GenerativeNode): Steps<Outcome> {
  if (frame.phase === 'enter') {
    await runBotScript(run, node.preProcessor, `${node.name}, before`);
    frame.phase = 'call';
    yield* pause(run);
  }
  const prompt = node.scripted
    ? await scriptedPrompt(run, node)
    : {
        messages: [
          { role: 'user' as const, content: await fillPrompt(run, node.prompt === '' ? LAST_INPUT : node.prompt) },
        ],
        system: await fillPrompt(run, node.system),
      };
  let text: string;
  try {
    text = await askModel(run, node, prompt);
  } catch (error) {
    return withoutModel(run, frame, node, error);
  }
  child(run.context, 'GenerativeAINode')[node.name] = { text };
  child(run.context, 'GenAIPrompt')[node.name] = { choices: [{ index: 0, text }] };
  await runBotScript(run, node.postProcessor, `${node.name}, after`);
  return 'next';
}

const LAST_INPUT = '{{context.userInputs.originalInput.sentence}}';
