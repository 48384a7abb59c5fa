import { badInput, conflict } from '../../errors.js';
import type { Db } from '../../store/database/database.js';
import { acceptedDifferencesOf } from '../../store/tables/accepted-differences.js';
import type { PublishCondition } from '../../store/tables/accounts.js';
import type { ApprovalRequestRecord } from '../../store/tables/approval-requests.js';
import type { BotRecord } from '../../store/tables/bots.js';
import { kindsOfGroups } from '../../store/tables/checked-turns.js';
import { findJob, type JobRow } from '../../store/tables/jobs.js';
import type { Command } from '../command.js';
import { textInput } from '../text-input.js';

/** What a publish rests on. */
export interface EvidenceInput {
  /** A check of the draft as it is published. */
  checkId?: string | null | undefined;
  /** Why it is published without the check that the account asks for. */
  checkReason?: string | null | undefined;
}

export type Evidence = Pick<ApprovalRequestRecord, 'checkId' | 'checkReason'>;

/** What a check has written of itself, as far as a publish looks at it. */
interface Checked {
  parameters: { botId: string; versionId: string | null };
  progress: {
    revision: number | null;
    turns: number;
    failing: number;
    different: number;
    accepted?: number;
    tests?: CheckedTests;
  };
}

interface CheckedTests {
  passed: number;
  failed: number;
  unknown: number;
}

/**
 * The evidence of a publish. BAD_USER_INPUT (`checkId`) for one that is none of the bot; CONFLICT for a check of another draft, and for
 * one that does not meet what the account asks for where no reason is given.
 */
export async function evidenceOf(
  { trx, viewer, now }: Pick<Command, 'trx' | 'viewer' | 'now'>,
  bot: BotRecord,
  condition: PublishCondition | null,
  { checkId = null, checkReason }: EvidenceInput,
): Promise<Evidence> {
  const reason = textInput(checkReason, 'checkReason');
  const check = checkId === null ? null : await findJob(trx, viewer.accountId, checkId);
  const { parameters, progress } = (check ?? {}) as Partial<Checked>; // as its kind has written it
  if (checkId !== null && (check?.kind !== 'CHECK' || parameters?.botId !== bot.id))
    throw badInput('checkId', `The bot has no check with the id "${checkId}".`);
  if (progress && (parameters?.versionId !== null || (progress.revision ?? bot.revision) !== bot.revision))
    throw conflict('This is a check of another version: the bot has changed since. Check the draft again.');
  if (checkId !== null && progress?.accepted) await assertStillAccepted(trx, bot.id, checkId, now);
  const lacking = condition && lackingOf(condition, check, progress);
  if (lacking && reason === null) throw conflict(`${lacking} Or say why it is published all the same: checkReason.`);
  return { checkId, checkReason: reason };
}

/** CONFLICT where a difference that the check counts as accepted has been taken back since. */
async function assertStillAccepted(trx: Db, botId: string, checkId: string, now: number): Promise<void> {
  const accepted = (await acceptedDifferencesOf(trx, [botId], now)).flatMap(({ kinds }) => kinds);
  const counted = [...(await kindsOfGroups(trx, checkId, 'ACCEPTED')).values()].flat();
  if (counted.some((kind) => !accepted.includes(kind)))
    throw conflict('A difference that this check counts as accepted is accepted no more. Check the draft again.');
}

/** What the check lacks for the condition, in words; null: nothing. */
function lackingOf(condition: PublishCondition, check: JobRow | null, progress: Checked['progress'] | undefined) {
  if (!check || !progress)
    return 'The account asks for a check with every publish: startCheck, then publish with its checkId.';
  if (check.status !== 'DONE') return `The check is ${check.status.toLowerCase()}, not done.`;
  const { turns, different } = progress;
  const { passed = 0, failed = 0, unknown = 0 } = progress.tests ?? {};
  if (turns + passed + failed + unknown === 0) return 'The check found neither recorded turns nor tests.';
  const failing = progress.failing + failed;
  if (failing > condition.maxFailing)
    return `Failing are ${progress.failing} checked turns and ${failed} of the tests; the account allows ${condition.maxFailing}.`;
  const share = turns === 0 ? 0 : different / turns;
  const percent = (value: number) => `${Math.round(value * 1000) / 10} %`;
  if (share > condition.maxDifferent)
    return `${percent(share)} of the checked turns differ; the account allows ${percent(condition.maxDifferent)}. Accept the differences that are wanted and check again.`;
  return null;
}
