import type { Viewer } from '../domain/access.js';
import { type CommandDeps, runCommand } from '../domain/command.js';
import { textInput } from '../domain/text-input.js';
import { badInput, conflict, notFound } from '../errors.js';
import { rowId } from '../ids.js';
import {
  ACCEPTED_FOR_MS,
  type AcceptedDifferenceRecord,
  acceptedDifferencesOf,
  deleteAcceptedDifference,
  deleteOldAcceptedDifferences,
  findAcceptedDifference,
  insertAcceptedDifference,
} from '../store/tables/accepted-differences.js';
import { findBot } from '../store/tables/bots.js';
import { type CheckGroupRow, groupsOfCheck, kindsOfGroups } from '../store/tables/checked-turns.js';
import { findJob } from '../store/tables/jobs.js';
import type { CheckParameters } from './check-job.js';

export interface AcceptDifference {
  checkId: string;
  /** The key of a group of that check. */
  group: string;
  comment?: string | null | undefined;
}

/** Accepted differences of one bot; beyond: CONFLICT. */
const MAX_OF_BOT = 200;
/** Kinds of differences in a group that can be accepted; beyond, the group is too mixed to be one difference: CONFLICT. */
const MAX_KINDS = 100;
/** Groups of a check among which the accepted one is looked for, largest first; one beyond is not found. */
const MAX_GROUPS = 500;

export type AcceptedDifferenceView = ReturnType<typeof toView>;

/** Accepted differences: what checks have found, and somebody has said is wanted. */
export function createAcceptances(deps: CommandDeps) {
  const { read } = deps.database;

  return {
    /** Those of each of these bots, newest first. */
    async ofBots(botIds: readonly string[]): Promise<Map<string, AcceptedDifferenceView[]>> {
      const found = new Map<string, AcceptedDifferenceView[]>();
      for (const one of await acceptedDifferencesOf(read, botIds, deps.clock.now()))
        found.set(one.botId, [...(found.get(one.botId) ?? []), toView(one)]);
      return found;
    },

    /** Groups with what accepts all of them now, or null. */
    async ofGroups<G extends Pick<CheckGroupRow, 'groupKey'>>(botId: string, checkId: string, groups: readonly G[]) {
      const accepted = await acceptedDifferencesOf(read, [botId], deps.clock.now());
      const kinds = accepted.length === 0 ? new Map<string, string[]>() : await kindsOfGroups(read, checkId);
      return groups.map((group) => {
        const own = kinds.get(group.groupKey) ?? [];
        const holds = own.length > 0 && own.every((kind) => accepted.some((one) => one.kinds.includes(kind)));
        const [first] = own;
        const one = holds && first !== undefined && accepted.find((any) => any.kinds.includes(first));
        return { ...group, acceptance: one ? toView(one) : null };
      });
    },

    /** Accepts a group. NOT_FOUND for the check, BAD_USER_INPUT (`group`, `comment`), CONFLICT for a group that is too mixed. */
    accept: (viewer: Viewer, { checkId, group: key, ...given }: AcceptDifference) =>
      runCommand(deps, viewer, 'bot.accept-difference', async ({ trx, now, allow, audit }) => {
        const missing = () => notFound('check', checkId);
        const job = await findJob(trx, viewer.accountId, checkId);
        if (job?.kind !== 'CHECK') throw missing();
        const { botId } = job.parameters as CheckParameters; // as checks have written it
        allow(botId, missing);
        if (!(await findBot(trx, viewer.accountId, botId))) throw missing();
        const comment = textInput(given.comment, 'comment');
        const group = (await groupsOfCheck(trx, checkId, MAX_GROUPS)).find(({ groupKey }) => groupKey === key);
        if (!group) throw badInput('group', `The check has no group with the key "${key}".`);
        if (group.outcome !== 'DIFFERENT')
          throw badInput('group', `Only turns that are different can be accepted; these are ${group.outcome}.`);
        const kinds = [...new Set((await kindsOfGroups(trx, checkId)).get(key))].sort();
        if (kinds.length === 0)
          throw conflict('This check was made before differences could be accepted. Check again, and accept it there.');
        if (kinds.length > MAX_KINDS)
          throw conflict(
            `The turns of this group say more than ${MAX_KINDS} different things, which is no one difference. Change what makes them differ, or give a reason with the publish.`,
          );
        await deleteOldAcceptedDifferences(trx, botId, now);
        const holding = await acceptedDifferencesOf(trx, [botId], now);
        if (holding.length >= MAX_OF_BOT)
          throw conflict(`The bot has ${MAX_OF_BOT} accepted differences already. Take back those that served.`);
        const { channelId, node, message } = group;
        const one: AcceptedDifferenceRecord = {
          id: rowId('wd'),
          ...{ botId, channelId, node, message, kinds, comment },
          acceptedBy: viewer.id,
          acceptedAt: now,
        };
        await insertAcceptedDifference(trx, one);
        audit(botId, { differenceId: one.id, checkId, channelId, node, message, comment });
        return toView(one);
      }),

    /** Takes an acceptance back. NOT_FOUND. */
    takeBack: (viewer: Viewer, id: string): Promise<void> =>
      runCommand(deps, viewer, 'bot.take-back-difference', async ({ trx, allow, audit }) => {
        const missing = () => notFound('accepted difference', id);
        const one = await findAcceptedDifference(trx, id);
        if (!one || !(await findBot(trx, viewer.accountId, one.botId))) throw missing();
        allow(one.botId, missing);
        await deleteAcceptedDifference(trx, id);
        const { botId, channelId, node, message } = one;
        audit(botId, { differenceId: id, channelId, node, message });
      }),
  };
}

const toView = ({ kinds: _, ...one }: AcceptedDifferenceRecord) => ({
  ...one,
  until: one.acceptedAt + ACCEPTED_FOR_MS,
});
