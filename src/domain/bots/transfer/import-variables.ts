import type { ReadWarning, VariableDefinition } from '../../../definition/definition.js';
import { isObject, objects, type Raw } from '../../../definition/json.js';
import {
  type BotVariableRecord,
  removeBotVariables,
  variablesOf,
  waitingVariablesOf,
} from '../../../store/tables/bot-variables.js';
import type { BotRecord } from '../../../store/tables/bots.js';
import type { Command, DomainDeps } from '../../command.js';
import { circleOf } from '../fill-variables.js';
import { asSaved, MAX_KEY, saveVariables, variableAssociatedData, variablesActAtOnce } from '../variables.js';
import { isSecretVariable } from './credentials.js';

/** A file's variables: as they were read, and as they stand in its config.json. */
export interface FileVariables {
  read: readonly VariableDefinition[];
  config: Raw | null;
  /** FULL: the bot has these and no others. */
  replace: boolean;
}

/** Saves the file's variables. An empty secured one keeps the bot's value, if any. */
export async function importVariables(
  { vault }: DomainDeps,
  command: Command,
  bot: BotRecord,
  { read, config, replace }: FileVariables,
): Promise<ReadWarning[]> {
  const { trx } = command;
  const botId = bot.id;
  const saved = asSaved(await variablesOf(trx, [botId]), await waitingVariablesOf(trx, [botId]));
  const present = new Map(saved.map((variable) => [variable.key, variable]));
  const entries = new Map(objects(config?.envVariables).map((entry) => [entry.key, entry]));
  const warnings: ReadWarning[] = [];
  const values = Object.fromEntries(read.map(({ key, value }) => [key, value]));
  for (const { key } of lastOfEach(read)) {
    const circle = circleOf(key, values);
    const message = `The variable "${key}" names itself (${circle?.join(', ')}): it is used as it is written.`;
    if (circle) warnings.push({ path: `config.envVariables[${key}]`, message });
  }
  const records = lastOfEach(read).flatMap(({ key, value, secured: marked }): BotVariableRecord[] => {
    const warn = (message: string) => warnings.push({ path: `config.envVariables[${key}]`, message });
    if (key.length > MAX_KEY) {
      warn(`This variable was left out: a key may have at most ${MAX_KEY} characters.`);
      return [];
    }
    const clear = !marked && value !== '' && !value.includes('{{') && isSecretVariable(key, value);
    if (clear) warn(`The variable "${key}" holds a credential in clear text: it is secured now.`);
    const fileEntry = toFileEntry(entries.get(key), marked || clear);
    if (!marked && !clear) return [{ botId, key, secured: false, value, valueCipher: null, fileEntry }];
    const kept = present.get(key)?.valueCipher ?? null;
    const valueCipher = value === '' ? kept : vault.seal(value, variableAssociatedData(botId, key));
    if (valueCipher === null) warn(`Fill in the secured variable "${key}": its value is not in the file.`);
    return [{ botId, key, secured: true, value: null, valueCipher, fileEntry }];
  });
  const replaced = replace && (await variablesActAtOnce(command, bot));
  if (replaced) await removeBotVariables(trx, botId);
  else if (replace) {
    const imported = new Set(records.map((record) => record.key));
    for (const { key } of saved.filter((variable) => !imported.has(variable.key))) {
      warnings.push({ path: 'config.envVariables', message: `The variable "${key}" stays: the bot is live.` });
    }
  }
  for (const { key } of await saveVariables(command, bot, records)) {
    const message = `The variable "${key}" waits: it comes into force when a publish of this bot is approved.`;
    warnings.push({ path: `config.envVariables[${key}]`, message });
  }
  return warnings;
}

const lastOfEach = (variables: readonly VariableDefinition[]): VariableDefinition[] => [
  ...new Map(variables.map((variable) => [variable.key, variable])).values(),
];

function toFileEntry(entry: unknown, secured: boolean): Record<string, unknown> | null {
  if (!isObject(entry)) return null;
  return secured ? { ...entry, value: '' } : { ...entry };
}
