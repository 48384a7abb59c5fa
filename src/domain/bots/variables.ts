import { badInput, notFound } from '../../errors.js';
import { type BotVariableRecord, findBotVariable, saveBotVariables } from '../../store/tables/bot-variables.js';
import { childrenOf, lockBot } from '../../store/tables/bots.js';
import type { Place } from '../../store/vault.js';
import type { Viewer } from '../access.js';
import { type DomainDeps, runCommand } from '../command.js';

/** Characters. */
export const MAX_KEY = 200;
const KEY = /^[^\s{}]+$/;
const MAX_VALUE = 100_000;

export const variablePlace = (botId: string, key: string): Place => `bot_variables.value_cipher:${botId}/${key}`;

/** What of a variable may be shown. */
export interface ShownVariable {
  key: string;
  secured: boolean;
  filled: boolean;
  value: string | null;
}

export function showVariable({ key, secured, value, valueCipher }: BotVariableRecord): ShownVariable {
  const filled = secured ? valueCipher !== null : value !== null && value !== '';
  return { key, secured, filled, value: secured ? null : value };
}

interface VariableInput {
  botId: string;
  key: string;
  value: string;
  /** Absent: as it was; a new one is not secured. */
  secured?: boolean | null;
}

/** Sets `{{env.<key>}}` of a bot; acts at once. NOT_FOUND, BAD_USER_INPUT (`key`, `value`). */
export function setVariable(deps: DomainDeps, viewer: Viewer, input: VariableInput): Promise<ShownVariable> {
  return runCommand(deps, viewer, 'bot.variable', async ({ trx, audit, changed }) => {
    const { botId, key, value } = input;
    if (!KEY.test(key) || key.length > MAX_KEY) {
      throw badInput('key', `A key has 1 to ${MAX_KEY} characters, without blanks and braces.`);
    }
    if (value.length > MAX_VALUE) throw badInput('value', `A value may have at most ${MAX_VALUE} characters.`);
    if (!(await lockBot(trx, viewer.accountId, botId))) throw notFound('bot', botId);
    const before = await findBotVariable(trx, botId, key);
    const secured = input.secured ?? before?.secured ?? false;
    const variable: BotVariableRecord = {
      botId,
      key,
      secured,
      value: secured ? null : value,
      valueCipher: secured && value !== '' ? deps.vault.seal(value, variablePlace(botId, key)) : null,
      fileEntry: before?.fileEntry ?? null,
    };
    await saveBotVariables(trx, botId, [variable]);
    audit(botId, { key, secured, filled: value !== '' });
    changed('bot', botId);
    for (const child of (await childrenOf(trx, [botId])).get(botId) ?? []) changed('bot', child.id);
    return showVariable(variable);
  });
}
