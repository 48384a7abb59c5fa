import type { Knex } from 'knex';
import { type AppError, notFound } from '../errors.js';
import type { Log } from '../log.js';
import type { Outbound } from '../outbound/request.js';
import { type AuditEvent, recordAudit } from '../store/audit-log.js';
import { type ChangeTopic, recordChange } from '../store/changes.js';
import type { Database } from '../store/database/database.js';
import { statementsOn } from '../store/database/statements.js';
import { afterCommit, inTransaction } from '../store/database/transaction.js';
import { type AlertFacts, incidentWrites, type Occurrence } from '../store/tables/alert-incidents.js';
import type { ChannelRecord } from '../store/tables/channels.js';
import type { LaneStore } from '../store/tables/lanes.js';
import type { Vault } from '../store/vault.js';
import type { Clock } from '../time.js';
import type { AlertTopic } from '../vocabulary.js';
import { type Action, assertMay, assertMayWith, assertMayWithSome, may, type Viewer } from './access.js';
import { actorIdOf } from './actor.js';
import type { SignInSettings } from './sign-in/providers/provider.js';

/** Dependencies of the domain. */
export interface DomainDeps {
  database: Database;
  vault: Vault;
  clock: Clock;
  log: Log;
  /** The `{{host_url}}` of the hooks, without a slash at the end. */
  publicUrl: string;
  /** The hook of a channel as bot files name it, in `url_v2`. */
  hookUrl(channel: ChannelRecord): string;
  /** Throws BAD_USER_INPUT (`field`) for a URL that may not be called. */
  checkPostUrl(url: string, field: string): void;
  /** The way to sign-in providers. */
  outbound: Pick<Outbound, 'request'>;
  /** The sign-in provider that the server's settings name; null: they name none. */
  signIn: SignInSettings | null;
  lanes: Pick<LaneStore, 'lock'>;
  /** Whether the server can send e-mail. */
  sendsMail: boolean;
  /** Bytes that a file beside a message may have. */
  maxAttachmentBytes: number;
  /** Awaited after every commit that changed what is held in memory, so that a hook works once its mutation answered. */
  onChange?(): Promise<void> | void;
  /** The transaction that several commands share (`inOneTransaction`). */
  joint?: Joint;
}

/** The dependencies of a command. */
export type CommandDeps = Pick<DomainDeps, 'database' | 'clock' | 'onChange' | 'log' | 'joint'>;

/** What a command leaves behind besides its rows. */
interface Effects {
  entries: AuditEvent[];
  changes: Map<ChangeTopic, Set<string>>;
  told: Occurrence[];
}

/** One transaction of several commands of one viewer. */
interface Joint {
  viewer: Viewer;
  effects: Effects;
  /** Why one of the commands failed; then nothing of the others stands either. */
  failure: { error: unknown } | null;
}

/** A running command; all it does is one transaction. */
export interface Command {
  trx: Knex.Transaction;
  viewer: Viewer;
  now: number;
  /**
   * Checks that the viewer may do it with this bot. To be called before anything else where the viewer's rights may be those of
   * single bots; `missing` (NOT_FOUND of the bot) for who may not see it. A command that has not called it fails.
   */
  allow(botId: string, missing?: () => AppError): void;
  /** Says that something other than the bot has decided that the viewer may. */
  allowed(): void;
  /** Adds to the audit log; `details` says before and after, without secrets. */
  audit(subject: string, details?: Record<string, unknown>, action?: Action): void;
  /** Announces the change to caches, in this and other processes. */
  changed(topic: ChangeTopic, id: string): void;
  /** Has those told who subscribed to it; `facts` hold no secret, and nothing that somebody wrote. */
  tell(topic: AlertTopic, subject: string, facts: AlertFacts): void;
}

/**
 * Runs one change of the control plane: permission, transaction, audit log, change notice. FORBIDDEN when the viewer
 * may not; who may with some bots only has the bot checked by `work` (Command.allow). `work` should only read and write; slow
 * computations come before it.
 */
export async function runCommand<T>(
  deps: CommandDeps,
  viewer: Viewer,
  action: Action,
  work: (command: Command) => Promise<T>,
): Promise<T> {
  assertMayWithSome(viewer, action);
  const { joint } = deps;
  if (!joint) {
    return inTransaction(deps.database.write, async (trx) => {
      const effects = noEffects();
      const result = await execute(deps, trx, effects, viewer, action, work);
      await record(deps, trx, viewer, effects);
      return result;
    });
  }
  if (joint.viewer !== viewer) throw new Error('commands of several viewers cannot share a transaction');
  try {
    return await inTransaction(deps.database.write, (trx) => execute(deps, trx, joint.effects, viewer, action, work));
  } catch (error) {
    joint.failure ??= { error };
    throw error;
  }
}

/**
 * Has the commands that `work` runs with the given dependencies share one transaction: all stand, or nothing does. Each is
 * checked and audited as it is alone; caches hear of all at the end. A command that failed makes the whole fail, whatever `work`
 * does about it.
 */
export function inOneTransaction<D extends CommandDeps, T>(
  deps: D,
  viewer: Viewer,
  work: (joined: D) => Promise<T>,
): Promise<T> {
  return inTransaction(deps.database.write, async (trx) => {
    const joint: Joint = { viewer, effects: noEffects(), failure: null };
    const database = { ...deps.database, read: trx, write: trx };
    const result = await work({ ...deps, database, joint });
    if (joint.failure) throw joint.failure.error;
    await record(deps, trx, viewer, joint.effects);
    return result;
  });
}

/** Ends a transaction of which nothing is to stand. */
class TakenBack extends Error {}

/** Has `work` run as `inOneTransaction` does, gives what came of it, and takes all of it back. */
export async function tryOut<D extends CommandDeps, T>(
  deps: D,
  viewer: Viewer,
  work: (joined: D) => Promise<T>,
): Promise<T> {
  const came: T[] = [];
  try {
    await inOneTransaction(deps, viewer, async (joined) => {
      came.push(await work(joined));
      throw new TakenBack();
    });
  } catch (error) {
    if (!(error instanceof TakenBack)) throw error;
  }
  return came[0] as T; // there is one whenever it was taken back
}

const noEffects = (): Effects => ({ entries: [], changes: new Map(), told: [] });

async function execute<T>(
  { clock }: CommandDeps,
  trx: Knex.Transaction,
  { entries, changes, told }: Effects,
  viewer: Viewer,
  action: Action,
  work: (command: Command) => Promise<T>,
): Promise<T> {
  let checked = may(viewer, action);
  const now = clock.now();
  const { accountId } = viewer;
  const result = await work({
    trx,
    viewer,
    now,
    allow: (botId, missing = () => notFound('bot', botId)) => {
      assertMayWith(viewer, action, botId, missing);
      checked = true;
    },
    allowed: () => {
      checked = true;
    },
    audit: (subject, details, of = action) => {
      const { name: actor, address = null } = viewer;
      entries.push({
        accountId,
        at: now,
        actor,
        actorId: actorIdOf(viewer),
        address,
        action: of,
        subject,
        details: details ?? null,
      });
    },
    changed: (topic, id) => changes.set(topic, (changes.get(topic) ?? new Set()).add(id)),
    tell: (topic, subject, facts) => told.push({ accountId, topic, subject, facts, count: 1, at: now, due: now }),
  });
  if (!checked) assertMay(viewer, action);
  return result;
}

async function record(
  deps: CommandDeps,
  trx: Knex.Transaction,
  { accountId }: Viewer,
  { entries, changes, told }: Effects,
): Promise<void> {
  const { dialect } = deps.database;
  const now = deps.clock.now();
  await recordAudit(trx, dialect, entries);
  if (told.length > 0) await incidentWrites(dialect).note(statementsOn(trx), told);
  for (const [topic, ids] of changes) await recordChange(trx, { topic, ids: [...ids], accountId, now });
  if (changes.size > 0) afterCommit(trx, () => tellMemory(deps));
}

/** Reports a failed refresh instead of throwing: the change is committed, and followers retry it. */
async function tellMemory({ onChange, log }: CommandDeps): Promise<void> {
  try {
    await onChange?.();
  } catch (err) {
    log.warn({ err }, 'a change is stored, but could not be read at once; it is tried again');
  }
}

/** Before and after of the fields that differ, for the audit log and approval requests. */
export function differences<T extends object>(
  before: T,
  after: T,
  fields: readonly (keyof T & string)[],
): Record<string, { from: unknown; to: unknown }> {
  return Object.fromEntries(
    fields
      .filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]))
      .map((field) => [field, { from: before[field] ?? null, to: after[field] ?? null }]),
  );
}
