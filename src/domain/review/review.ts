import { notFound } from '../../errors.js';
import { type Page, type PageRequest, pageOf } from '../../store/database/page.js';
import type { ApprovalRequestRecord } from '../../store/tables/approval-requests.js';
import { type BotVersionRecord, findBotVersions, findVersionByNumber } from '../../store/tables/bot-versions.js';
import { type BotRecord, findBots } from '../../store/tables/bots.js';
import { findChannels } from '../../store/tables/channels.js';
import { overridesOfBots } from '../../store/tables/message-overrides.js';
import { assertMay, may, type Viewer } from '../access.js';
import type { createApps } from '../apps/apps.js';
import type { createPreview } from '../bots/preview.js';
import { versionOf } from '../bots/publish.js';
import type { DomainDeps } from '../command.js';
import type { DefinitionReader } from '../definitions.js';
import type { PlacedProblem } from '../problems/problem.js';
import type { createProblems } from '../problems/problems.js';
import { definitionItems } from './definition-items.js';
import { messageItems, overrideItems, type Spoken } from './message-items.js';
import type { ReviewItem } from './review-item.js';
import { appsIn, settingItems } from './setting-items.js';

/** What a request, publish or rollback changes for users, and what is wrong with what it brings. */
export interface Review {
  items: ReviewItem[];
  problems(): Promise<PlacedProblem[]>;
}

export type Reviews = ReturnType<typeof createReviews>;

interface Commands {
  apps: ReturnType<typeof createApps>;
  preview: ReturnType<typeof createPreview>;
  problems: ReturnType<typeof createProblems>;
}

/** Reviews: what changes, by names and texts, beside what serves. */
export function createReviews({ database, clock }: DomainDeps, reader: DefinitionReader, commands: Commands) {
  const db = database.read;
  const { apps, preview, problems } = commands;

  async function itemsOf(
    viewer: Viewer,
    bot: BotRecord,
    changes: Record<string, unknown>,
    sides: { before: BotVersionRecord | null; after: BotVersionRecord } | null,
  ): Promise<ReviewItem[]> {
    assertMay(viewer, 'read', bot.id);
    const items = settingItems(changes, await appNames(viewer, changes));
    if (!sides) return items;
    const [before, after] = [await spokenBy(sides.before), await spokenBy(sides.after)];
    const channelIds = [...before.overrides, ...after.overrides].flatMap(({ channelId }) => channelId ?? []);
    const channels = await findChannels(db, bot.accountId, channelIds);
    const names = new Map(channels.map(({ id, name }) => [id, name]));
    const ofDefinition = definitionItems(before.definition, after.definition);
    const inside = may(viewer, 'bot.export', bot.id);
    return [
      ...items,
      ...overrideItems(before, after, names),
      ...messageItems(before, after),
      ...(inside ? ofDefinition : ofDefinition.map(withoutInsides)),
    ];
  }

  /** By client id; an app that the viewer does not see stays an id. */
  async function appNames(viewer: Viewer, changes: Record<string, unknown>): Promise<Map<string, string>> {
    const found = await apps.byIds(viewer, appsIn(changes));
    return new Map(found.map(({ clientId, name }) => [clientId, `${name} (${clientId})`]));
  }

  async function spokenBy(version: BotVersionRecord | null): Promise<Spoken & { definition: ReviewedDefinition }> {
    const id = version?.definitionId;
    const read = id ? (await reader.read(db, [id])).get(id) : undefined;
    return {
      messages: read?.messages ?? [],
      overrides: version?.overrides ?? [],
      defaultLanguage: version?.defaultLanguage ?? 'en',
      definition: read?.definition ?? null,
    };
  }

  async function live({ liveVersionId }: BotRecord): Promise<BotVersionRecord | null> {
    const [version = null] = liveVersionId === null ? [] : await findBotVersions(db, [liveVersionId]);
    return version;
  }

  return {
    /** Review of a publish of the bot as edited, with these channels. */
    async ofPublish(viewer: Viewer, bot: BotRecord, channelIds: readonly string[]): Promise<Review> {
      const overrides = await overridesOfBots(db, [bot.id]);
      const after = { ...versionOf({ viewer, now: clock.now() }, bot, '', null), overrides };
      const changes = await preview.publish(viewer, bot, channelIds);
      return {
        items: await itemsOf(viewer, bot, changes, { before: await live(bot), after }),
        problems: () => problems.ofDraft(viewer, bot),
      };
    },

    /** Review of a publish of an earlier version again. NOT_FOUND. */
    async ofRollback(viewer: Viewer, bot: BotRecord, versionNumber: number): Promise<Review> {
      const changes = await preview.rollback(viewer, bot, versionNumber);
      const after = await findVersionByNumber(db, bot.id, versionNumber);
      if (!after) throw notFound('version', String(versionNumber));
      return {
        items: await itemsOf(viewer, bot, changes, { before: await live(bot), after }),
        problems: () => problems.ofVersion(viewer, bot, after),
      };
    },

    /** Review of a request, against what served when it was made. */
    async ofRequest(viewer: Viewer, request: ApprovalRequestRecord): Promise<Review> {
      const [bot] = await findBots(db, viewer.accountId, [request.botId]);
      if (!bot) throw notFound('approval request', request.id);
      const [after] = request.versionId === null ? [] : await findBotVersions(db, [request.versionId]);
      if (!after) return { items: await itemsOf(viewer, bot, request.changes, null), problems: async () => [] };
      const { from } = (request.changes.version ?? {}) as { from?: number | null }; // written by versionChanges
      const before = typeof from === 'number' ? await findVersionByNumber(db, bot.id, from) : null;
      return {
        items: await itemsOf(viewer, bot, request.changes, { before, after }),
        problems: () => problems.ofVersion(viewer, bot, after),
      };
    },

    page: (items: readonly ReviewItem[], request: PageRequest): Page<ReviewItem> =>
      pageOf(items, ({ anchor }) => anchor, request),
  };
}

type ReviewedDefinition = Parameters<typeof definitionItems>[0];

/** By name alone: what is inside of dialogs is for those who may export them. */
const withoutInsides = (item: ReviewItem): ReviewItem => ({ ...item, before: [], after: [] });
