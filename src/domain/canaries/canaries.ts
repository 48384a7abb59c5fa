import { type AppError, notFound } from '../../errors.js';
import { findApprovalRequest } from '../../store/tables/approval-requests.js';
import { channelIdsOfVersions } from '../../store/tables/bot-versions.js';
import { findBot } from '../../store/tables/bots.js';
import {
  type CanaryRecord,
  canariesOfBots,
  findCanary,
  runningCanaries,
  updateCanary,
} from '../../store/tables/canaries.js';
import { assertMayWith, assertMayWithSome, type Viewer } from '../access.js';
import { thisServer } from '../actor.js';
import { withChildrenStaged } from '../bots/inheritance.js';
import { lockExisting } from '../bots/lock-existing.js';
import { type Command, type DomainDeps, runCommand } from '../command.js';
import { assertFourEyes } from '../four-eyes.js';
import { textInput } from '../text-input.js';
import { HEARD_AFTER_MS } from './assignment.js';
import { countsOf, endCanary, stillRunning } from './end.js';
import { type CanaryEvidence, type CanaryVerdict, judge } from './evidence.js';
import { type CanaryFigures, figuresOf } from './figures.js';
import { shareInput } from './plan.js';

/** Canaries shown of a bot, newest first, the running one included; older ones are left out. */
const SHOWN = 10;
/** The actor in the audit log. */
const BY_RULE = 'Canary rule';

/** Versions that serve a share of the conversations before they serve all, or none. */
export function createCanaries(deps: DomainDeps) {
  const { database, clock } = deps;

  /** The canary with its bot, held. NOT_FOUND, CONFLICT when it is over. */
  async function held(command: Command, id: string) {
    const { trx, viewer, allow } = command;
    const missing = (): AppError => notFound('canary', id);
    const seen = await findCanary(trx, viewer.accountId, id);
    if (!seen) throw missing();
    allow(seen.botId, missing);
    const bot = await lockExisting(command, seen.botId);
    return { bot, canary: await stillRunning(command, seen) };
  }

  /** Refuses, in an account with four eyes, that whoever published a candidate decides alone that it serves more. */
  async function fourEyes(command: Command, { accountId, requestId }: CanaryRecord): Promise<void> {
    const request = await findApprovalRequest(command.trx, accountId, requestId);
    await assertFourEyes(command, request?.requestedBy ?? null);
  }

  /** Runs what makes the candidate live; the bot's children are prepared first. */
  async function promoting(viewer: Viewer, id: string, run: () => Promise<CanaryRecord>): Promise<CanaryRecord> {
    assertMayWithSome(viewer, 'canary.promote');
    const seen = await findCanary(database.read, viewer.accountId, id);
    const parent = seen && (await findBot(database.read, viewer.accountId, seen.botId));
    if (!seen || !parent) return run();
    assertMayWith(viewer, 'canary.promote', parent.id, () => notFound('canary', id));
    const channelIds = (await channelIdsOfVersions(database.read, [seen.candidateId])).get(seen.candidateId) ?? [];
    return withChildrenStaged(deps, { parent, versionId: seen.candidateId, channelIds }, run);
  }

  return {
    async running(_viewer: Viewer, botIds: readonly string[]) {
      return runningCanaries(database.read, botIds);
    },
    /** The last ones of each bot, newest first. */
    async ofBots(_viewer: Viewer, botIds: readonly string[]): Promise<Map<string, CanaryRecord[]>> {
      const all = await canariesOfBots(database.read, botIds, SHOWN);
      return new Map(botIds.map((id) => [id, all.filter(({ botId }) => botId === id)]));
    },
    /** Both sides of each, and what they show. */
    async figuresOf(_viewer: Viewer, canaries: readonly CanaryRecord[]) {
      const found = new Map<string, CanaryFigures & { evidence: CanaryEvidence }>();
      const all = await figuresOf(database.read, canaries, clock.now());
      for (const canary of canaries) {
        const figures = all.get(canary.id);
        if (!figures) continue;
        const evidence = judge(canary, figures.conversations, canary.endedAt ?? clock.now());
        found.set(canary.id, { ...figures, evidence });
      }
      return found;
    },

    /** Changes the share for sessions that begin from soon on. NOT_FOUND, CONFLICT, BAD_USER_INPUT (`share`), FORBIDDEN. */
    update: (viewer: Viewer, id: string, share: number): Promise<CanaryRecord> =>
      runCommand(deps, viewer, 'canary.update', async (command) => {
        const { bot, canary } = await held(command, id);
        const { trx, now, audit, changed } = command;
        const wished = shareInput(share, 'share');
        const before = canary.steps.at(-1)?.share ?? 0;
        if (wished > before) await fourEyes(command, canary);
        const steps = [...canary.steps, { share: wished, at: now + HEARD_AFTER_MS }];
        await updateCanary(trx, id, { steps });
        audit(bot.id, { canaryId: id, share: { from: before, to: wished } });
        changed('bot', bot.id);
        return { ...canary, steps };
      }),

    /** Ends a canary with its candidate live. NOT_FOUND, CONFLICT, FORBIDDEN (four eyes). */
    promote: (viewer: Viewer, id: string, comment?: string | null): Promise<CanaryRecord> =>
      promoting(viewer, id, () =>
        runCommand(deps, viewer, 'canary.promote', async (command) => {
          const { bot, canary } = await held(command, id);
          await fourEyes(command, canary);
          return endCanary(command, bot, canary, { state: 'PROMOTED', reason: textInput(comment, 'comment') });
        }),
      ),

    /** Ends a canary with the live version serving everybody again. NOT_FOUND, CONFLICT. */
    rollBack: (viewer: Viewer, id: string, reason?: string | null): Promise<CanaryRecord> =>
      runCommand(deps, viewer, 'canary.roll-back', async (command) => {
        const { bot, canary } = await held(command, id);
        return endCanary(command, bot, canary, { state: 'ROLLED_BACK', reason: textInput(reason, 'reason') });
      }),

    /** Ends the canaries whose rules say so. One that cannot be ended now is tried again with the next look. */
    async decide(): Promise<void> {
      const running = await runningCanaries(database.read);
      if (running.length === 0) return;
      const now = clock.now();
      const counts = await countsOf(
        database.read,
        running.map(({ id }) => id),
        now,
      );
      for (const canary of running) {
        await decideOne(canary, judge(canary, counts.get(canary.id) ?? [], now).verdict).catch((err: unknown) =>
          deps.log.warn({ err, canaryId: canary.id }, 'a canary could not be ended by its rule; it is tried again'),
        );
      }
    },
  };

  /** Ends a canary by its rule. Of several processes that reach the same verdict one does; the others find it over. */
  async function decideOne(seen: CanaryRecord, shown: CanaryVerdict): Promise<void> {
    const verdict = wanted(seen, shown);
    if (!verdict) return;
    const viewer = thisServer(seen.accountId, BY_RULE);
    const action = verdict.state === 'PROMOTED' ? 'canary.promote' : 'canary.roll-back';
    const run = () =>
      runCommand(deps, viewer, action, async (command) => {
        const bot = await lockExisting(command, seen.botId);
        const canary = await findCanary(command.trx, seen.accountId, seen.id);
        if (canary?.state !== 'RUNNING') return seen;
        return endCanary(command, bot, canary, verdict);
      });
    await (verdict.state === 'PROMOTED' ? promoting(viewer, seen.id, run) : run());
  }
}

/** What the rule of a canary lets a verdict do; null: nothing. */
function wanted({ rule }: CanaryRecord, verdict: CanaryVerdict) {
  if (verdict === 'ROLL_BACK' && rule.rollBack)
    return { state: 'ROLLED_BACK' as const, reason: 'Shown to be worse than the live version.' };
  if (verdict === 'PROMOTE' && rule.promote)
    return { state: 'PROMOTED' as const, reason: 'Shown to be no worse than the live version.' };
  return null;
}
