import { conflict } from '../../errors.js';
import { channelId, rowId } from '../../ids.js';
import { inTransaction } from '../../store/database/transaction.js';
import { type BotVersionRecord, findBotVersions, updateBotVersion } from '../../store/tables/bot-versions.js';
import { type BotRecord, childrenOf } from '../../store/tables/bots.js';
import { inheritedChannelIds } from '../../store/tables/channel-inheritances.js';
import {
  botsThatEverHadChannels,
  type ChannelRecord,
  channelsOfBots,
  findChannels,
} from '../../store/tables/channels.js';
import {
  type ChildChannel,
  type ChildPublication,
  childrenAreStaged,
  stageChildren,
  switchChildren,
  unstageChildren,
} from '../../store/tables/child-publications.js';
import { HOUR } from '../../time.js';
import { actorIdOf } from '../actor.js';
import { withoutSecrets } from '../channels/delivery/delivery.js';
import type { Command, DomainDeps } from '../command.js';

const CHILDREN_A_STEP = 100; // keeps the writer for a few milliseconds a step
const ATTEMPTS = 5;

/** Signals that children changed between the preparation of a publish and the publish itself. */
class StaleStage extends Error {}

export interface PlannedPublish {
  parent: BotRecord;
  versionId: string;
  channelIds: readonly string[];
}

/**
 * Publishes a parent. The changes to its children are prepared and stored in small, invisible steps;
 * `publish` then applies them at once with `followParent`. CONFLICT when children keep changing meanwhile.
 */
export async function withChildrenStaged<T>(
  { database, clock }: DomainDeps,
  planned: PlannedPublish,
  publish: () => Promise<T>,
): Promise<T> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const children = (await childrenOf(database.read, [planned.parent.id])).get(planned.parent.id) ?? [];
    if (children.length === 0 && attempt === 0) {
      try {
        return await publish();
      } catch (error) {
        if (error instanceof StaleStage) continue;
        throw error;
      }
    }
    const now = clock.now();
    await inTransaction(database.write, (trx) => unstageChildren(trx, planned.versionId, now - HOUR));
    for (let at = 0; at < children.length; at += CHILDREN_A_STEP) {
      const plan = await planChildren(database.read, planned, children.slice(at, at + CHILDREN_A_STEP), now);
      await inTransaction(database.write, (trx) => stageChildren(trx, plan.publications, plan.channels));
    }
    try {
      return await publish();
    } catch (error) {
      if (!(error instanceof StaleStage)) throw error;
    } finally {
      await inTransaction(database.write, (trx) => unstageChildren(trx, planned.versionId, now - HOUR));
    }
  }
  throw conflict('The smart bots of this bot are being changed at the same time. Try again.');
}

/** Applies the prepared changes, in the transaction that makes the parent's version live. */
export async function followParent(command: Command, parent: BotRecord, version: BotVersionRecord): Promise<void> {
  const { trx, viewer, now, changed } = command;
  if (!(await childrenAreStaged(trx, parent.id, version.id))) throw new StaleStage();
  const children = await switchChildren(trx, {
    parentId: parent.id,
    versionId: version.id,
    comment: `Follows version ${version.number} of ${parent.name}`,
    audit: {
      actor: viewer.name,
      actorId: actorIdOf(viewer),
      action: 'bot.inherit',
      details: { parentId: parent.id, parentVersion: version.number },
    },
    now,
  });
  for (const id of children) changed('bot', id);
}

/** A child's version takes what the child did not set itself from the parent's live version, also when approved late. */
export async function refreshInherited(
  { trx }: Command,
  child: BotRecord,
  parent: BotRecord | null,
  version: BotVersionRecord,
): Promise<BotVersionRecord> {
  const [live] = parent?.liveVersionId ? await findBotVersions(trx, [parent.liveVersionId]) : [];
  if (!live) return version;
  const refreshed = { ...version, ...inheritedParts(child, live), parentVersionId: live.id };
  await updateBotVersion(trx, version.id, refreshed);
  return refreshed;
}

/** The parts of a parent's version that a child inherits. */
export function inheritedParts(
  child: Pick<BotRecord, 'ownDefinition' | 'ownEngine' | 'ownSettings'>,
  parent: BotVersionRecord,
) {
  const { definitionId, engine, engineSettings, defaultLanguage, sessionTimeoutMinutes } = parent;
  return {
    ...(child.ownDefinition ? {} : { definitionId }),
    ...(child.ownEngine ? {} : { engine, engineSettings }),
    ...(child.ownSettings ? {} : { defaultLanguage, sessionTimeoutMinutes }),
  };
}

/** Prepares some of the children: each new channel is added once, under a free name. */
async function planChildren(
  db: DomainDeps['database']['read'],
  { parent, versionId, channelIds }: PlannedPublish,
  children: readonly BotRecord[],
  now: number,
): Promise<{ publications: ChildPublication[]; channels: ChildChannel[] }> {
  const ids = children.map((child) => child.id);
  const [known, present, everHad, selected] = await Promise.all([
    inheritedChannelIds(db, ids),
    channelsOfBots(db, ids),
    botsThatEverHadChannels(db, ids),
    findChannels(db, parent.accountId, channelIds),
  ]);
  const published = selected.filter((channel) => channel.deletedAt === null).sort(byAge);
  const channels = children.flatMap((child) => {
    const inherited = known.get(child.id);
    const fresh = published.filter((channel) => !inherited?.has(channel.id));
    const names = (present.get(child.id) ?? []).map((channel) => channel.name);
    return nameChannels(fresh, names).map(({ channel, name }): ChildChannel => {
      const isDefault = channel.isDefault && !everHad.has(child.id);
      return {
        versionId,
        childBotId: child.id,
        parentChannelId: channel.id,
        channelId: channelId(),
        name,
        isDefault,
        deliverySettings: withoutSecrets(channel.deliverySettings),
      };
    });
  });
  const publications = ids.map((childBotId): ChildPublication => {
    return { versionId, childBotId, childVersionId: rowId('bv'), auditId: rowId('au'), createdAt: now };
  });
  return { publications, channels };
}

const byAge = (a: ChannelRecord, b: ChannelRecord): number => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1);

/** The parent's channel names, numbered where a name is taken. */
export function nameChannels(
  channels: readonly ChannelRecord[],
  taken: readonly string[],
): { channel: ChannelRecord; name: string }[] {
  const names = new Set(taken);
  return channels.map((channel) => {
    let { name } = channel;
    for (let number = 2; names.has(name); number += 1) name = `${channel.name} (${number})`;
    names.add(name);
    return { channel, name };
  });
}
