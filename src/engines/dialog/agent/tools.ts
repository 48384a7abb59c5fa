import { own } from '../../../definition/json.js';
import { parsePath } from '../../../definition/pieces.js';
import type { AgentNode, AgentTool } from '../../../definition/program.js';
import type { Json, JsonObject } from '../../../json.js';
import { valueAt } from '../../../turn/interpolate.js';
import { child } from '../context.js';
import { runBotScript } from '../nodes/script.js';
import { callOnce } from '../nodes/service.js';
import { type Run, scopeOf } from '../run.js';
import type { AgentAnswer } from './agent-answer.js';

/** Tools used for one message of the user; a model that wants more is answered without. */
export const MAX_TOOL_CALLS = 5;
/** Characters of a tool's arguments, beyond which it is not run; and of its result, of which the rest stays out. */
const ARGUMENT_CHARACTERS = 4000;
const RESULT_CHARACTERS = 4000;

/** The tools that do something. */
export const usableTools = ({ tools = [] }: AgentNode): AgentTool[] =>
  tools.filter(({ actions }) => actions.length > 0);

/**
 * Runs the tool that a model asks for, and gives what it is told of it. The arguments are at
 * `context.AI_Assisted_Dialogs.<node>.active_tool_args`. One that is not there, lacks arguments or fails says so: the
 * model goes on.
 */
export async function useTool(
  run: Run,
  node: AgentNode,
  { name, args }: NonNullable<AgentAnswer['tool']>,
): Promise<string> {
  const startedAt = performance.now();
  const tool = usableTools(node).find((one) => one.name === name);
  const trace = (more: JsonObject): void =>
    run.turn.trace({
      kind: 'agent_tool',
      node: node.name,
      ...(tool && { tool: tool.name }),
      durationMs: Math.round(performance.now() - startedAt),
      ...more,
    });
  const refuse = (why: string): string => {
    trace({ error: why });
    return JSON.stringify({ error: why });
  };
  if (!tool) return refuse('There is no tool of this name.');
  const given: JsonObject = {};
  for (const parameter of tool.parameters) {
    const value = own(args, parameter.name);
    if (value !== undefined && value !== null && value !== '')
      given[parameter.name] = value as Json; // out of JSON
    else if (parameter.required) return refuse(`The argument "${parameter.name}" is missing.`);
  }
  if (JSON.stringify(given).length > ARGUMENT_CHARACTERS) return refuse('The arguments are too long.');
  const place = child(child(run.context, 'AI_Assisted_Dialogs'), node.name);
  place.active_tool_name = tool.name;
  place.active_tool_args = given;
  let answered: Json = { done: true };
  try {
    for (const action of tool.actions) {
      if (action.type === 'script') await runBotScript(run, action.script, `${node.name}, tool ${tool.name}`);
      else answered = await callOnce(run, action);
    }
  } catch (error) {
    if (run.signal.aborted) throw error;
    return refuse('The tool failed.');
  }
  trace({ status: 'done' });
  const path = tool.result === '' ? null : parsePath(tool.result);
  const result = path ? (valueAt(scopeOf(run), path) ?? null) : answered;
  return JSON.stringify(result).slice(0, RESULT_CHARACTERS);
}
