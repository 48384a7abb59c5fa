import { badInput, conflict, notFound } from '../../errors.js';
import { type AccountRecord, findAccount } from '../../store/tables/accounts.js';
import { pendingPublishOfBot } from '../../store/tables/approval-requests.js';
import {
  type BotVariableRecord,
  removeBotVariable,
  saveBotVariables,
  saveWaitingVariables,
  stopWaiting,
  variablesOf,
  waitingVariablesOf,
} from '../../store/tables/bot-variables.js';
import { type BotRecord, childrenOf, updateBot } from '../../store/tables/bots.js';
import type { AssociatedData, Vault } from '../../store/vault.js';
import { may, type Viewer } from '../access.js';
import { type Command, type DomainDeps, runCommand } from '../command.js';
import { marksOf } from '../secret-marks.js';
import { refuseStale, type SeenField } from '../stale.js';
import { circleOf } from './fill-variables.js';
import { lockExisting } from './lock-existing.js';

/** Characters of a key; a longer one is refused. */
export const MAX_KEY = 200;
const KEY = /^[^\s{}]+$/;
/** Characters of a value; a longer one is refused. */
const MAX_VALUE = 100_000;

export const variableAssociatedData = (botId: string, key: string): AssociatedData =>
  `bot_variables.value_cipher:${botId}/${key}`;

/** A saved variable as it may be shown. */
export interface ShownVariable {
  key: string;
  secured: boolean;
  filled: boolean;
  value: string | null;
  /** Saved, and in force once a publish is approved. */
  waiting: boolean;
  /** The value in force while this one waits; null for none, and for a secured one. */
  servingValue: string | null;
  /** Changes when the value of a secured one does; null: not secured, or to be filled in. */
  secretMark: string | null;
}

/** A bot's variables as saved; a waiting value replaces the one in force. */
export function showVariables(
  vault: Vault,
  serving: readonly BotVariableRecord[],
  waiting: readonly BotVariableRecord[],
): ShownVariable[] {
  const inForce = new Map(serving.map((variable) => [variable.key, variable]));
  const pending = new Set(waiting.map((variable) => variable.key));
  return asSaved(serving, waiting).map((variable) => {
    const { key, secured, value, valueCipher } = variable;
    return {
      key,
      secured,
      filled: secured ? valueCipher !== null : value !== null && value !== '',
      value: secured ? null : value,
      waiting: pending.has(key),
      servingValue: pending.has(key) ? (inForce.get(key)?.value ?? null) : null,
      secretMark: markOf(vault, variable),
    };
  });
}

const markOf = (vault: Vault, { botId, key, secured, valueCipher }: BotVariableRecord): string | null =>
  secured && valueCipher !== null
    ? markOfValue(vault, { botId, key, value: vault.open(valueCipher, variableAssociatedData(botId, key)) })
    : null;

const markOfValue = (vault: Vault, { botId, key, value }: { botId: string; key: string; value: string }) =>
  marksOf(vault, `${botId}/${key}`, { value: value === '' ? null : value }).value ?? null;

/** By key. */
export const asSaved = (
  serving: readonly BotVariableRecord[],
  waiting: readonly BotVariableRecord[],
): BotVariableRecord[] =>
  [...new Map([...serving, ...waiting].map((variable) => [variable.key, variable])).values()].sort((a, b) =>
    a.key < b.key ? -1 : 1,
  );

interface VariableInput {
  botId: string;
  key: string;
  value: string;
  /** Unchanged when absent; a new variable is unsecured by default. */
  secured?: boolean | null;
  /** The value as its sender saw it; empty: there was none. Another by now: CONFLICT. Not checked where it is secured. */
  expectedValue?: string | null;
  /** The value of a secured one as its sender saw it, by its mark. */
  expectedMark?: string | null;
}

/** Saves `{{env.<key>}}` of a bot. NOT_FOUND, BAD_USER_INPUT (`key`, `value`), CONFLICT when it is not as expected. */
export function setVariable(deps: DomainDeps, viewer: Viewer, input: VariableInput): Promise<ShownVariable> {
  return runCommand(deps, viewer, 'bot.variable', async (command) => {
    const { trx, audit } = command;
    const { botId, key, value } = input;
    if (!KEY.test(key) || key.length > MAX_KEY) {
      throw badInput('key', `A key has 1 to ${MAX_KEY} characters, without blanks and braces.`);
    }
    if (value.length > MAX_VALUE) throw badInput('value', `A value may have at most ${MAX_VALUE} characters.`);
    const bot = await lockExisting(command, botId);
    const ofKey = (variables: readonly BotVariableRecord[]) => variables.filter((variable) => variable.key === key);
    const [all, allWaiting] = [await variablesOf(trx, [botId]), await waitingVariablesOf(trx, [botId])];
    refuseCircle(key, value, asSaved(all, allWaiting));
    const serving = ofKey(all);
    const [before] = asSaved(serving, ofKey(allWaiting));
    await refuseStale(command, botId, [seenField(deps.vault, input, before)], ({ action, details }) =>
      action === 'bot.variable' ? details?.key === key : action === 'bot.import',
    );
    const secured = input.secured ?? before?.secured ?? false;
    const variable: BotVariableRecord = {
      botId,
      key,
      secured,
      value: secured ? null : value,
      valueCipher: secured && value !== '' ? deps.vault.seal(value, variableAssociatedData(botId, key)) : null,
      fileEntry: before?.fileEntry ?? null,
    };
    const waiting = await saveVariables(command, bot, [variable]);
    audit(botId, { key, secured, filled: value !== '', waiting: waiting.length > 0 });
    const [shown] = showVariables(deps.vault, waiting.length > 0 ? serving : [variable], waiting);
    if (!shown) throw new Error('a saved variable is not shown');
    return shown;
  });
}

/** The value as its sender saw it beside what is saved: by marks where that is secured. */
function seenField(vault: Vault, input: VariableInput, saved: BotVariableRecord | undefined): SeenField {
  if (!saved?.secured) {
    const seen = input.expectedValue ?? undefined;
    return { field: 'value', seen, current: saved?.value ?? '', wanted: input.value };
  }
  const [current, wanted] = [markOf(vault, saved), markOfValue(vault, input)];
  return {
    field: 'value',
    seen: input.expectedMark ?? undefined,
    current: current ?? '',
    wanted: wanted ?? '',
    secret: true,
  };
}

/**
 * Removes `{{env.<key>}}` of a bot. NOT_FOUND; CONFLICT while a live version may use it, unless the viewer could have it published
 * without anybody else.
 */
export function removeVariable(deps: DomainDeps, viewer: Viewer, botId: string, key: string): Promise<void> {
  return runCommand(deps, viewer, 'bot.variable', async (command) => {
    const { trx, audit, changed } = command;
    const bot = await lockExisting(command, botId);
    const saved = asSaved(await variablesOf(trx, [botId]), await waitingVariablesOf(trx, [botId]));
    if (!saved.some((variable) => variable.key === key)) throw notFound('variable of this bot', key);
    if (!(await variablesActAtOnce(command, bot))) {
      throw conflict(
        `The variable "${key}" stays while "${bot.name}" is live or its publish waits: set it to an empty value.`,
      );
    }
    await removeBotVariable(trx, botId, key);
    audit(botId, { key, removed: true });
    changed('bot', botId);
    for (const child of (await childrenOf(trx, [botId])).get(botId) ?? []) changed('bot', child.id);
  });
}

/** A variable may name others, and not itself through them; what secured ones name is not looked into. */
function refuseCircle(key: string, value: string, saved: readonly BotVariableRecord[]): void {
  const plain = saved.map((one): [string, string] => [one.key, one.value ?? '']);
  const circle = circleOf(key, Object.fromEntries([...plain, [key, value]]));
  if (circle === null) return;
  const way = [...circle, key].map((name) => `{{env.${name}}}`).join(' → ');
  throw badInput('value', `The value names itself: ${way}. Write one of these without the other.`);
}

/**
 * Saves variables of a locked bot, and returns those that wait. A change of what a live bot says or calls needs what
 * a publish needs: without it the values wait for the next publish and come into force when that is approved.
 */
export async function saveVariables(
  command: Command,
  bot: BotRecord,
  variables: readonly BotVariableRecord[],
): Promise<BotVariableRecord[]> {
  const { trx, now, changed } = command;
  if (await variablesActAtOnce(command, bot)) {
    await saveBotVariables(trx, bot.id, variables);
    changed('bot', bot.id);
    for (const child of (await childrenOf(trx, [bot.id])).get(bot.id) ?? []) changed('bot', child.id);
    return [];
  }
  const serving = new Map((await variablesOf(trx, [bot.id])).map((variable) => [variable.key, variable]));
  const waiting = variables.filter((variable) => !isSame(variable, serving.get(variable.key)));
  await saveWaitingVariables(trx, bot.id, waiting);
  const kept = variables.filter((variable) => !waiting.includes(variable));
  await stopWaiting(
    trx,
    bot.id,
    kept.map((variable) => variable.key),
  );
  if (waiting.length > 0) await updateBot(trx, bot.id, { revision: bot.revision + 1, updatedAt: now });
  changed('bot', bot.id);
  return waiting;
}

/** Whether the bot has no live version or open publish, or a publish would need nobody but the viewer. */
export async function variablesActAtOnce({ trx, viewer }: Command, bot: BotRecord): Promise<boolean> {
  const isPending = Boolean(await pendingPublishOfBot(trx, bot.id));
  const account = await findAccount(trx, viewer.accountId);
  return account !== null && actsAtOnce(viewer, bot, { account, isPending });
}

/** The rule of `variablesActAtOnce`; `isPending`: a publish of the bot waits for approval. */
export function actsAtOnce(
  viewer: Viewer,
  { id, liveVersionId }: BotRecord,
  { account, isPending }: { account: AccountRecord; isPending: boolean },
): boolean {
  if (liveVersionId === null && !isPending) return true;
  if (account.autoApprove.includes(liveVersionId === null ? 'FIRST_PUBLISH' : 'PUBLISH_UPGRADE')) return true;
  return may(viewer, 'approval.approve', id) && !account.fourEyes;
}

/** Applies a version's variables; values saved under the same keys since then keep waiting. */
export async function serveVariables(
  { trx }: Command,
  botId: string,
  variables: readonly BotVariableRecord[],
): Promise<void> {
  const newer = (await waitingVariablesOf(trx, [botId])).filter((waiting) => {
    const served = variables.find((variable) => variable.key === waiting.key);
    return served && !isSame(served, waiting);
  });
  await saveBotVariables(trx, botId, variables);
  await saveWaitingVariables(trx, botId, newer);
}

/** Ciphertexts are equal only when they come from the same save. */
const isSame = (one: BotVariableRecord, other: BotVariableRecord | undefined): boolean =>
  one.secured === other?.secured && one.value === other.value && one.valueCipher === other.valueCipher;
