import { assertMayWithSome, botsFor, readableBots, type Viewer } from '../domain/access.js';
import { contentReadable } from '../domain/content.js';
import { badInput } from '../errors.js';
import type { Database } from '../store/database/database.js';
import type { Page, PageRequest } from '../store/database/page.js';
import { findChannels } from '../store/tables/channels.js';
import type { ConversationFilter } from '../store/tables/conversation-filter.js';
import {
  type ConversationRecord,
  conversationsOfAccount,
  isTestConversation,
  lastMessagesOfChannels,
  listConversations,
} from '../store/tables/conversations.js';
import {
  failedConversations,
  type TurnRow,
  turnsByIds,
  turnsOfConversations,
  turnsOfTrace,
} from '../store/tables/turns.js';
import { toView, withoutContent } from './turn-view.js';

/** What somebody looks for, and what it holds. */
export type ConversationRequest = Omit<ConversationFilter, 'botIds'> &
  PageRequest & { userContains?: string | null | undefined; text?: string | null | undefined };

/** Characters of a part of an id or of a text that is looked for; more: BAD_USER_INPUT. */
const MAX_SEARCH = 256;
/** Turns of one trace among which one is looked for, the newest. */
const MAX_TURNS_OF_TRACE = 100;

/** The conversation's messages, for the bot's operators, within the viewer's account. */
export function createConversationLog({ database }: { database: Pick<Database, 'read'> }) {
  const { read } = database;

  /** Only those that the viewer may read. */
  async function byIds(viewer: Viewer, ids: readonly string[]): Promise<ConversationRecord[]> {
    const bots = readableBots(viewer);
    const found = await conversationsOfAccount(read, viewer.accountId, ids);
    if (bots === null || found.length === 0) return found;
    const channelIds = found.map(({ channelId }) => channelId);
    const channels = await findChannels(read, viewer.accountId, [...new Set(channelIds)]);
    const readable = new Set(channels.filter(({ botId }) => bots.includes(botId)).map(({ id }) => id));
    return found.filter(({ channelId }) => readable.has(channelId));
  }

  async function shown(viewer: Viewer, turns: readonly TurnRow[]) {
    const channelIds = turns.map(({ channelId }) => channelId);
    const readable = await contentReadable(read, viewer, channelIds);
    return (turn: TurnRow) => (readable(turn.channelId) ? toView(turn) : withoutContent(turn));
  }

  return {
    /** BAD_USER_INPUT (`text`, `userContains`). FORBIDDEN for a text, when the viewer may read what was said nowhere. */
    async list(viewer: Viewer, { userContains, text, ...request }: ConversationRequest) {
      const search = { userContains: part('userContains', userContains), text: part('text', text) };
      const page = await listConversations(read, viewer.accountId, {
        ...request,
        botIds: search.text === null ? readableBots(viewer) : botsToSearch(viewer),
        search: search.text === null && search.userContains === null ? null : search,
      });
      return mapPage(page, toConversation);
    },

    /** The conversations with these ids that the viewer may read. */
    byIds: async (viewer: Viewer, ids: readonly string[]) => (await byIds(viewer, ids)).map(toConversation),

    /** Those of these conversations, which the viewer has read, in which a turn has failed. */
    failedOf: (_viewer: Viewer, conversationIds: readonly string[]) => failedConversations(read, conversationIds),

    lastMessagesOf: (_viewer: Viewer, channelIds: readonly string[]) => lastMessagesOfChannels(read, channelIds),

    async turnsOf(viewer: Viewer, conversationIds: readonly string[], request: PageRequest) {
      readableBots(viewer);
      const pages = await turnsOfConversations(read, conversationIds, request);
      const turns = [...pages.values()].flatMap(({ edges }) => edges.map(({ node }) => node));
      const show = await shown(viewer, turns);
      return new Map([...pages].map(([id, page]) => [id, mapPage(page, show)]));
    },

    /** The turns with these ids that the viewer may read. */
    async turnsByIds(viewer: Viewer, ids: readonly string[]) {
      readableBots(viewer);
      const turns = await turnsByIds(read, ids);
      const conversations = await byIds(viewer, [...new Set(turns.map((turn) => turn.conversationId))]);
      const known = new Set(conversations.map((conversation) => conversation.id));
      const seen = turns.filter((turn) => known.has(turn.conversationId));
      return seen.map(await shown(viewer, seen));
    },

    /** The newest turn of a trace, or the one with this id; null when the viewer may read none. */
    async turn(viewer: Viewer, { traceId, id }: { traceId: string; id?: string | null | undefined }) {
      readableBots(viewer);
      const turns = await turnsOfTrace(read, viewer.accountId, traceId, MAX_TURNS_OF_TRACE);
      const turn = id ? turns.find((one) => one.id === id) : turns[0];
      if (!turn) return null;
      const [conversation] = await byIds(viewer, [turn.conversationId]);
      return conversation ? (await shown(viewer, [turn]))(turn) : null;
    },
  };
}

function part(field: string, given: string | null | undefined): string | null {
  const text = given?.trim() ?? '';
  if (text.length > MAX_SEARCH) throw badInput(field, `Search for at most ${MAX_SEARCH} characters.`);
  return text === '' ? null : text;
}

/** A search would tell what was said: it finds only where that may be read. */
function botsToSearch(viewer: Viewer): readonly string[] | null {
  const readable = readableBots(viewer);
  assertMayWithSome(viewer, 'conversation.read-content');
  const withContent = botsFor(viewer, 'conversation.read-content');
  if (readable === null || withContent === null) return readable ?? withContent;
  return readable.filter((id) => withContent.includes(id));
}

const toConversation = ({ userId: user, ...conversation }: ConversationRecord) => ({
  ...conversation,
  user,
  test: isTestConversation(conversation.id),
});

function mapPage<A, B>(page: Page<A>, map: (node: A) => B): Page<B> {
  return { ...page, edges: page.edges.map(({ cursor, node }) => ({ cursor, node: map(node) })) };
}
