import type { Json, JsonObject } from '../json.js';
import { excessOf } from '../json-limits.js';
import { isInfrastructure } from '../store/database/failures.js';
import type { Content } from '../vocabulary.js';
import { type Reply, type ScriptRunner, wasStopped } from '../wire/reply.js';
import { fillScript } from './fill-script.js';
import { interpolate } from './interpolate.js';

/** Variables of a message: `scope` of the engine, over the conversation's context and the bot's variables. */
export interface RenderScope {
  scope?: JsonObject;
  context: JsonObject;
  env: Readonly<Record<string, string>>;
  /** Follows what a TEXT says on a line of its own, e.g. the choices of a prompt. */
  suffix?: string;
}

export interface RenderTools {
  /** In [0, 1). */
  random: () => number;
  scripts: ScriptRunner;
}

/**
 * Renders one bot message: picks one of its contents at random and fills it in. A missing path prints nothing.
 * Scripts may change `context` (they see the very object); what they print is a template when it is a JSON object, as
 * bots written for the platform expect (kore-exports.md §6). Throws when a script fails, and when there is no content.
 */
export const render = async (contents: readonly Content[], said: RenderScope, tools: RenderTools): Promise<Reply> =>
  renderContent(oneOf(contents, tools), said, tools);

/** The same, with what that content says after it. */
export async function renderAll(contents: readonly Content[], said: RenderScope, tools: RenderTools): Promise<Reply[]> {
  const { after = [], ...first } = oneOf(contents, tools);
  const replies: Reply[] = [];
  for (const part of [first, ...after]) replies.push(await renderContent(part, said, tools));
  return replies;
}

function oneOf(contents: readonly Content[], { random }: RenderTools): Content {
  const content = contents.length === 1 ? contents[0] : contents[Math.floor(random() * contents.length)];
  if (!content) throw new Error('This message has no content for this channel and language.');
  return content;
}

async function renderContent(content: Content, said: RenderScope, tools: RenderTools): Promise<Reply> {
  const scope: JsonObject = { context: said.context, env: { ...said.env }, ...said.scope };
  switch (content.type) {
    case 'TEXT':
      return {
        type: 'text',
        text: (await fill(content.value, scope, tools)) + (said.suffix ? `\n${said.suffix}` : ''),
      };
    case 'TEMPLATE':
      return renderTemplate(content.value, scope, tools);
    case 'SCRIPT':
      return toReply(await tools.scripts.print(await filledScript(content.value, scope, tools), scope));
  }
}

/** The reply made of what a script printed, or of a text that holds a template. */
export function toReply(printed: string): Reply {
  const template = parseObject(printed);
  if (!template) return { type: 'text', text: printed };
  const { text, type } = template;
  if (typeof text === 'string' && type === undefined && Object.keys(template).length === 1)
    return { type: 'text', text };
  return { type: 'template', template, printed };
}

async function renderTemplate(value: string, scope: JsonObject, tools: RenderTools): Promise<Reply> {
  const parsed = parseObject(value);
  if (!parsed) return toReply(await fill(value, scope, tools));
  // fillIn keeps the shape, so an object stays one.
  return { type: 'template', template: (await fillIn(parsed, scope, tools)) as JsonObject };
}

/** Fills in the strings of a template; its keys and its shape stay. */
async function fillIn(value: Json, scope: JsonObject, tools: RenderTools): Promise<Json> {
  if (typeof value === 'string') return fill(value, scope, tools);
  if (Array.isArray(value)) return Promise.all(value.map((entry) => fillIn(entry, scope, tools)));
  if (typeof value !== 'object' || value === null) return value;
  const filled: JsonObject = {};
  for (const [key, entry] of Object.entries(value)) filled[key] = await fillIn(entry, scope, tools);
  return filled;
}

/**
 * An expression that fails prints nothing, as a missing path does. One that hangs fails its message, or a thousand would;
 * so does one that this server could not run.
 */
function fill(text: string, scope: JsonObject, tools: RenderTools): Promise<string> | string {
  return text.includes('{{') ? interpolate(text, scope, (expression) => evaluate(expression, scope, tools)) : text;
}

const filledScript = (script: string, scope: JsonObject, tools: RenderTools): Promise<string> | string =>
  script.includes('{{') ? fillScript(script, scope, (expression) => evaluate(expression, scope, tools)) : script;

function evaluate(expression: string, scope: JsonObject, tools: RenderTools): Promise<string> {
  // The line break keeps a line comment inside the expression from swallowing the parenthesis.
  const script = `var value = (${expression}\n); if (value !== undefined && value !== null) print(value);`;
  return tools.scripts.print(script, scope).catch((error: unknown) => {
    if (wasStopped(error) || isInfrastructure(error)) throw error;
    return '';
  });
}

function parseObject(text: string): JsonObject | null {
  if (!/^\s*\{/.test(text) || excessOf(text)) return null;
  try {
    const parsed: unknown = JSON.parse(text);
    // JSON.parse of a text that begins with a brace gives an object.
    return parsed as JsonObject;
  } catch {
    return null;
  }
}
