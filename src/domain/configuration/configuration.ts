import { badInput, conflict, notFound } from '../../errors.js';
import { assertMayWith, assertMayWithSome, botsFor, readableBots, type Viewer } from '../access.js';
import { type DomainDeps, inOneTransaction, runCommand, tryOut } from '../command.js';
import { createCommands, type Shared } from './commands.js';
import { type Read, readDocuments } from './documents.js';
import { exportDocuments } from './export.js';
import { refuseFaults } from './faults.js';
import { itemsOf } from './items.js';
import { matchDocuments } from './match.js';
import { type Plan, type PlanOptions, planChanges } from './plan.js';
import { runSteps } from './run.js';
import { readSnapshot, type Snapshot } from './snapshot.js';
import type { ChangeAction, Step } from './step.js';

export interface ApplyInput {
  documents: readonly unknown[];
  dryRun?: boolean | null | undefined;
  prune?: boolean | null | undefined;
  planHash?: string | null | undefined;
  publish?: boolean | null | undefined;
}

interface ConfigurationPlan {
  hash: string;
  applied: boolean;
  changes: { action: ChangeAction; kind: string; name: string; fields: Step['fields']; warnings: string[] }[];
}

interface Request extends PlanOptions, Read {
  dryRun: boolean;
  planHash: string | null;
}

/** An account's configuration as documents. */
export function createConfiguration(deps: DomainDeps, shared: Shared) {
  return {
    /**
     * Makes what there is what the documents want, or tells what that would change. BAD_USER_INPUT (`documents`) lists all faults;
     * CONFLICT when the plan is not that of `planHash`. In one transaction: a fault changes nothing.
     */
    async apply(viewer: Viewer, input: ApplyInput): Promise<ConfigurationPlan> {
      assertMayWithSome(viewer, 'read');
      const request: Request = {
        ...readDocuments(input.documents),
        prune: input.prune ?? false,
        publish: input.publish ?? false,
        dryRun: input.dryRun ?? false,
        planHash: input.planHash ?? null,
      };
      if (request.prune && input.documents.length === 0) {
        throw badInput(
          'documents',
          'There are no documents, and prune would delete everything. Give the documents of what stays.',
        );
      }
      const { plan: seen } = await compare(deps, viewer, request);
      const plan = seen.steps.length === 0 ? seen : await carryOut(viewer, request);
      if (!request.dryRun && plan.steps.some(({ kind }) => kind === 'Roles')) shared.forget();
      return {
        hash: plan.hash,
        applied: !request.dryRun,
        changes: plan.steps.map(({ action, kind, name, fields, warnings }) => ({
          action,
          kind,
          name,
          fields,
          warnings,
        })),
      };
    },

    /** The documents of these bots, with the apps of their channels, or of the whole account. NOT_FOUND, CONFLICT for a name that two have. */
    async export(viewer: Viewer, botIds?: readonly string[] | null): Promise<object[]> {
      assertMayWithSome(viewer, 'bot.export');
      for (const id of botIds ?? []) assertMayWith(viewer, 'bot.export', id, () => notFound('bot', id));
      const scope = botIds ?? botsFor(viewer, 'bot.export');
      const snapshot = await readSnapshot(deps.database.read, {
        viewer,
        botIds: scope,
        wantsDefinition: () => true,
      });
      const missing = botIds?.find((id) => !snapshot.bots.some((bot) => bot.id === id));
      if (missing !== undefined) throw notFound('bot', missing);
      const documents = exportDocuments(snapshot, itemsOf(snapshot, deps.vault), { isWhole: scope === null });
      await runCommand(deps, viewer, 'bot.export', async ({ allow, allowed, audit }) => {
        allowed();
        for (const bot of snapshot.bots) {
          allow(bot.id);
          audit(bot.id, { name: bot.name, configuration: true });
        }
      });
      return documents;
    },
  };

  /** What would change. BAD_USER_INPUT, CONFLICT. */
  async function compare(
    { database, vault }: DomainDeps,
    viewer: Viewer,
    { wanted, faults, invalid, planHash, ...options }: Request,
    lock = false,
  ): Promise<{ plan: Plan; snapshot: Snapshot }> {
    const defined = new Set(
      wanted.flatMap(({ prepared, name, previousName }) => (prepared ? [name, previousName ?? name] : [])),
    );
    const snapshot = await readSnapshot(database.read, {
      viewer,
      botIds: readableBots(viewer),
      wantsDefinition: ({ name }) => defined.has(name),
      lock,
    });
    const plan = planChanges(wanted, snapshot, vault, options, invalid);
    if (faults.length === 0 && planHash !== null && planHash !== plan.hash) throw stale();
    refuseFaults([...faults, ...plan.faults]);
    return { plan, snapshot };
  }

  /** Compares again, now that nobody else changes anything, and runs the commands; a dry run leaves nothing of it. */
  function carryOut(viewer: Viewer, request: Request): Promise<Plan> {
    const { wanted, dryRun } = request;
    return (dryRun ? tryOut : inOneTransaction)(deps, viewer, async (joined) => {
      const { plan, snapshot } = await compare(joined, viewer, request, true);
      const { names } = matchDocuments(wanted, snapshot);
      const run = {
        deps: joined,
        viewer,
        commands: createCommands(joined, shared),
        snapshot,
        ids: new Map(itemsOf(snapshot, deps.vault, names).map(({ key, id }) => [key, id])),
        comment: `Configuration ${plan.hash.slice(0, 12)}`,
        dryRun,
      };
      refuseFaults(await runSteps(run, plan.steps));
      return plan;
    });
  }
}

const stale = () =>
  conflict(
    'Nothing was changed: this is not the plan that was shown. What there is, or the documents, changed since. Look at the new plan, and apply that.',
  );
