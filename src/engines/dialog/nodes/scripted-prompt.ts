import { object, objects, string } from '../../../definition/json.js';
import type { GenerativeNode } from '../../../definition/program.js';
import { fillScript } from '../../../turn/fill-script.js';
import type { ModelPrompt } from '../deps.js';
import { type Run, scopeOf } from '../run.js';
import { evaluate } from '../services/fill.js';

/**
 * The messages that a prompt in JavaScript leaves in `context.payloadFields`, in the form of OpenAI's chat completions, or as
 * one `prompt`; else what it prints. Of the fields beside them none is sent: model and settings are the node's. Secured
 * variables are not there, since users talk models into repeating what they know.
 */
export async function scriptedPrompt(
  whole: Run,
  node: GenerativeNode,
): Promise<Pick<ModelPrompt, 'system' | 'messages'>> {
  const run: Run = { ...whole, turn: { ...whole.turn, env: whole.turn.plainEnv } };
  const script = await fillScript(node.prompt, scopeOf(run), (expression) => evaluate(run, expression));
  const printed = await run.deps.scripts.run(script, scopeOf(run), run.turn);
  const payload = object(run.context.payloadFields);
  delete run.context.payloadFields;
  const said = objects(payload.messages).map((one) => ({ role: string(one.role), content: contentOf(one.content) }));
  const system = said.filter(({ role }) => role === 'system' || role === 'developer').map(({ content }) => content);
  const messages = said.flatMap(({ role, content }) =>
    role === 'user' || role === 'assistant' ? [{ role, content } as const] : [],
  );
  const alone = string(payload.prompt) || printed;
  return {
    system: [node.system, ...system].filter((text) => text !== '').join('\n\n'),
    messages: messages.length > 0 ? messages : [{ role: 'user', content: alone }],
  };
}

/** A text, or parts that have some. */
const contentOf = (content: unknown): string =>
  typeof content === 'string'
    ? content
    : objects(content)
        .map((part) => string(part.text))
        .join('');
