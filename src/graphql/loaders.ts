import DataLoader from 'dataloader';
import type { Starter } from '../definition/starter.js';
import type { Viewer } from '../domain/access.js';
import type { Domain } from '../domain/domain.js';
import { notFound } from '../errors.js';
import { groupBy } from '../store/database/group-by.js';
import type { Page, PageRequest } from '../store/database/page.js';
import type { BotRecord } from '../store/tables/bots.js';
import type { CanaryRecord } from '../store/tables/canaries.js';
import type { ChannelRecord } from '../store/tables/channels.js';
import type { BotTestView } from './ports/bot-tests.js';
import type { AcceptedDifferenceView } from './ports/checks.js';
import type { TurnView } from './ports/conversations.js';
import type { DeliveryView } from './ports/deliveries.js';
import type { EndpointView } from './ports/endpoints.js';
import type { Ports } from './ports.js';

const MAX_BATCH = 500; // bindings of one statement

export type Loaders = ReturnType<typeof createLoaders>;

/** Look-ups of one request, gathered: a nested list costs as many statements for a page of parents as for one. */
export function createLoaders(domain: Domain, ports: Ports, viewer: Viewer) {
  const {
    approvals,
    bots,
    apps,
    users,
    channels,
    messages,
    privacy,
    problems,
    publish,
    reviewComments,
    apiTokens,
    starters,
  } = domain;
  return {
    bot: one(
      (ids) => bots.byIds(viewer, ids),
      (bot) => bot.id,
    ),
    app: one(
      (ids) => apps.byIds(viewer, ids),
      (app) => app.clientId,
    ),
    user: one(
      (ids) => users.byIds(viewer, ids),
      (user) => user.id,
    ),
    channel: one(
      (ids) => channels.byIds(viewer, ids),
      (channel) => channel.id,
    ),
    version: one(
      (ids) => publish.versionsById(viewer, ids),
      (version) => version.id,
    ),

    privacyOfBot: one(
      (ids) => privacy.of(viewer, 'bots', ids),
      (settings) => settings.id,
    ),
    privacyOfChannel: one(
      (ids) => privacy.of(viewer, 'channels', ids),
      (settings) => settings.id,
    ),

    tags: many((ids) => domain.tags.of(viewer, ids)),
    channelsOfBot: many((ids) => channels.ofBots(viewer, ids)),
    channelsOfApp: many((ids) => channels.ofApps(viewer, ids)),
    childrenOfBot: many((ids) => bots.childrenOf(viewer, ids)),
    variablesOfBot: many((ids) => bots.variablesOf(viewer, ids)),
    providersOfUser: many((ids) => domain.singleSignOn.providersOf(viewer, ids)),
    botRolesOfUser: many((ids) => users.botRolesOf(viewer, ids)),
    tokensOfUser: many((ids) => apiTokens.ofUsers(viewer, ids)),
    lastUseOfUser: one(
      (ids) => apiTokens.lastUses(viewer, ids),
      (use) => use.userId,
    ),
    messagesOfBot: derived<BotRecord, Awaited<ReturnType<typeof messages.ofBots>>>((all) =>
      messages.ofBots(viewer, all),
    ),
    vocabularyOfBot: derived<BotRecord, Awaited<ReturnType<typeof problems.vocabularies>>>((all) =>
      problems.vocabularies(viewer, all),
    ),
    starterOfBot: derived<BotRecord, Map<string, Starter | null>>((all) => starters.ofBots(viewer, all)),
    rejectionOfBot: one(
      (ids) => approvals.rejectedPublishes(viewer, ids),
      (request) => request.botId,
    ),
    pendingPublishOfBot: one(
      (ids) => approvals.pendingPublishes(viewer, ids),
      (request) => request.botId,
    ),
    rejectionOfChannel: one(
      (ids) => approvals.rejectedChannels(viewer, ids),
      (request) => request.channelId ?? '',
    ),
    pendingRequestOfChannel: one(
      (ids) => approvals.pendingOfChannels(viewer, ids),
      (request) => request.channelId ?? '',
    ),
    canaryOfBot: one(
      (ids) => domain.canaries.running(viewer, ids),
      (canary) => canary.botId,
    ),
    canariesOfBot: many((ids) => domain.canaries.ofBots(viewer, ids)),
    figuresOfCanary: derived<CanaryRecord, Awaited<ReturnType<typeof domain.canaries.figuresOf>>>((all) =>
      domain.canaries.figuresOf(viewer, all),
    ),
    commentsOfRequest: many((ids) => reviewComments.ofRequests(viewer, ids)),
    channelIdsOfVersion: many((ids) => publish.channelIdsOf(viewer, ids)),
    lastAttemptOfDelivery: one(
      async (ids) => (await ports.deliveries?.lastAttemptsOf(viewer, ids)) ?? [],
      (attempt) => attempt.deliveryId,
    ),
    attemptsOfDelivery: many(async (ids) => (await ports.deliveries?.attemptsOf(viewer, ids)) ?? new Map()),

    openDeliveriesOfChannel: one(
      async (ids) => (await ports.endpoints?.openDeliveries(viewer, ids)) ?? [],
      (open) => open.channelId,
    ),
    deadDeliveriesOfChannel: one(
      async (ids) => (await ports.endpoints?.deadDeliveries(viewer, ids)) ?? [],
      (dead) => dead.channelId,
    ),

    endpointOfChannel: derived<ChannelRecord, Map<string, EndpointView | null>>(
      async (all) => (await ports.endpoints?.ofChannels(viewer, all)) ?? new Map(),
    ),
    botState: derived<BotRecord, Awaited<ReturnType<typeof bots.states>>>((all) => bots.states(viewer, all)),
    blockers: derived<ChannelRecord, Awaited<ReturnType<typeof channels.blockers>>>((all) =>
      channels.blockers(viewer, all),
    ),

    lastMessageOfChannel: one(
      async (ids) => (await ports.conversations?.lastMessagesOf(viewer, ids)) ?? [],
      (last) => last.channelId,
    ),
    conversationFailed: one(
      async (ids) => (await ports.conversations?.failedOf(viewer, ids)) ?? [],
      (id) => id,
    ),
    conversation: one(
      async (ids) => (await ports.conversations?.byIds(viewer, ids)) ?? [],
      (conversation) => conversation.id,
    ),
    check: one(
      async (ids) => (await ports.checks?.byIds(viewer, ids)) ?? [],
      (check) => check.id,
    ),
    turn: one(
      async (ids) => {
        const turns = (await ports.conversations?.turnsByIds(viewer, ids)) ?? [];
        await domain.audit.noteReading(
          viewer,
          turns.map(({ conversationId }) => conversationId),
        );
        return turns;
      },
      (turn) => turn.id,
    ),
    recordedTurn: one(
      async (ids) => (await ports.reliving?.recorded(ids)) ?? [],
      (id) => id,
    ),
    deliveriesOfTurn: derived<TurnView, Map<string, DeliveryView[]>>(
      async (turns) => (await ports.deliveries?.ofTurns(viewer, turns)) ?? new Map(),
    ),

    versionsOfBot: pages((ids, request) => publish.versionsOf(viewer, ids, request)),
    acceptedDifferencesOfBot: many<AcceptedDifferenceView>(
      async (ids) => (await ports.acceptances?.ofBots(ids)) ?? new Map(),
    ),
    testsOfBot: pages<BotTestView>(
      async (ids, request) => (await ports.botTests?.ofBots(viewer, ids, request)) ?? new Map(),
    ),
    turnsOfConversation: pages(async (ids, request) => {
      const { conversations } = ports;
      if (conversations) await domain.audit.noteReading(viewer, ids);
      return conversations ? conversations.turnsOf(viewer, ids, request) : new Map();
    }),
  };
}

function one<T>(
  find: (ids: readonly string[]) => Promise<T[]>,
  idOf: (item: T) => string,
): DataLoader<string, T | null> {
  return new DataLoader(
    async (ids) => {
      const byId = new Map((await find(ids)).map((item) => [idOf(item), item]));
      return ids.map((id) => byId.get(id) ?? null);
    },
    { maxBatchSize: MAX_BATCH },
  );
}

function many<T>(find: (ids: readonly string[]) => Promise<Map<string, T[]>>): DataLoader<string, T[]> {
  return new DataLoader(
    async (ids) => {
      const found = await find(ids);
      return ids.map((id) => found.get(id) ?? []);
    },
    { maxBatchSize: MAX_BATCH },
  );
}

/** A loader over rows that are in memory already. */
function derived<R extends { id: string }, M extends Map<string, unknown>>(
  find: (records: readonly R[]) => Promise<M>,
): DataLoader<R, M extends Map<string, infer V> ? V : never, string> {
  return new DataLoader(
    async (records) => {
      const found = await find(records);
      // Map's own type does not let V be inferred through the constraint; the values are those of M.
      return records.map((record) => found.get(record.id) as M extends Map<string, infer V> ? V : never);
    },
    { maxBatchSize: MAX_BATCH, cacheKeyFn: (record) => record.id },
  );
}

export interface PageKey extends PageRequest {
  of: string;
}

/** Pages of many parents' lists, where all ask for the same page. */
function pages<T>(
  find: (ids: readonly string[], request: PageRequest) => Promise<Map<string, Page<T>>>,
): DataLoader<PageKey, Page<T>, string> {
  const argumentsOf = ({ first, after }: PageKey) => JSON.stringify([first ?? null, after ?? null]);
  return new DataLoader<PageKey, Page<T>, string>(
    async (keys) => {
      const found = new Map<string, Map<string, Page<T>>>();
      for (const [wanted, group] of groupBy(keys, argumentsOf)) {
        const { first, after } = group[0] ?? {};
        const ids = group.map((key) => key.of);
        found.set(wanted, await find(ids, { first, after }));
      }
      return keys.map((key) => found.get(argumentsOf(key))?.get(key.of) ?? notFound('list', key.of));
    },
    { maxBatchSize: MAX_BATCH, cacheKeyFn: (key) => `${key.of} ${argumentsOf(key)}` },
  );
}
