import type { ReadWarning, VariableDefinition } from '../../../definition/definition.js';
import { isObject, objects, type Raw } from '../../../definition/json.js';
import {
  type BotVariableRecord,
  removeBotVariables,
  saveBotVariables,
  variablesOf,
} from '../../../store/tables/bot-variables.js';
import type { Command, DomainDeps } from '../../command.js';
import { MAX_KEY, variablePlace } from '../variables.js';
import { isSecretVariable } from './credentials.js';

/** A file's variables: as they were read, and as they stand in its config.json. */
export interface FileVariables {
  read: readonly VariableDefinition[];
  config: Raw | null;
  /** FULL: the bot has these and no others. */
  replace: boolean;
}

/** Sets the file's variables. A secured one that comes empty keeps what the bot has, or is to be filled in. */
export async function importVariables(
  { vault }: DomainDeps,
  { trx }: Command,
  botId: string,
  { read, config, replace }: FileVariables,
): Promise<ReadWarning[]> {
  const present = new Map((await variablesOf(trx, [botId])).map((variable) => [variable.key, variable]));
  const entries = new Map(objects(config?.envVariables).map((entry) => [entry.key, entry]));
  const warnings: ReadWarning[] = [];
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
    const valueCipher = value === '' ? kept : vault.seal(value, variablePlace(botId, key));
    if (valueCipher === null) warn(`Fill in the secured variable "${key}": its value is not in the file.`);
    return [{ botId, key, secured: true, value: null, valueCipher, fileEntry }];
  });
  if (replace) await removeBotVariables(trx, botId);
  await saveBotVariables(trx, botId, records);
  return warnings;
}

const lastOfEach = (variables: readonly VariableDefinition[]): VariableDefinition[] => [
  ...new Map(variables.map((variable) => [variable.key, variable])).values(),
];

function toFileEntry(entry: unknown, secured: boolean): Record<string, unknown> | null {
  if (!isObject(entry)) return null;
  return secured ? { ...entry, value: '' } : { ...entry };
}
