import { isObject, list, number, object, objects, type Raw, string } from '../../../definition/json.js';
import { objectInAnswer } from '../object-in-answer.js';

/** What a language model answered, in the form an agent node asks for. */
export interface AgentAnswer {
  /** What the user reads; empty for nothing. */
  bot: string;
  /** What it takes for values, by name. Nothing here has been checked. */
  entities: Raw;
  ended: boolean;
  /** The exit it names, counted from 1; null for none. */
  exit: number | null;
  /** The tool it wants to use, with its arguments, none of which has been checked. */
  tool: { name: string; args: Raw } | null;
}

/** Characters of what the model says to the user; the rest stays out. */
const BOT_CHARACTERS = 10_000;

/**
 * Reads `{"bot": "…", "entities": {…}, "conv_status": "ongoing" | "ended", "exit": 1}`, bare, fenced, or with words
 * around it. Lists of `{name: value}` and `{entityName, entityValue}` are values as well. Null for what holds no object
 * with anything of that.
 */
export function readAgentAnswer(given: string): AgentAnswer | null {
  const found = objectInAnswer(given);
  if (!found || !KEYS.some((key) => Object.hasOwn(found, key))) return null;
  return {
    bot: string(found.bot).trim().slice(0, BOT_CHARACTERS),
    entities: valuesOf(found.entities),
    ended: /^(ended|end|complete|completed|done|finished|exit|exited)$/i.test(string(found.conv_status).trim()),
    exit: exitOf(found.exit),
    tool: toolOf(found.tool),
  };
}

const KEYS = ['bot', 'entities', 'conv_status', 'exit', 'tool'];

function toolOf(value: unknown): AgentAnswer['tool'] {
  if (!isObject(value) || string(value.name) === '') return null;
  return { name: string(value.name), args: object(value.arguments) };
}

function valuesOf(entities: unknown): Raw {
  if (isObject(entities)) return entities;
  const pairs = objects(list(entities)).flatMap((entry): [string, unknown][] => {
    const name = string(entry.entityName) || string(entry.name);
    const value = entry.entityValue ?? entry.value;
    return name !== '' && value !== undefined ? [[name, value]] : Object.entries(entry);
  });
  return Object.fromEntries(pairs);
}

function exitOf(value: unknown): number | null {
  const exit = number(value);
  return exit !== undefined && Number.isInteger(exit) && exit > 0 ? exit : null;
}
