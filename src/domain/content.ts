import type { Db } from '../store/database/database.js';
import { findChannels } from '../store/tables/channels.js';
import { type Action, botsFor, type Viewer } from './access.js';

const READ_CONTENT: Action = 'conversation.read-content';

/** Tells of which of these channels the viewer may read what was said. Whoever loads what was said asks this first. */
export async function contentReadable(
  db: Db,
  viewer: Viewer,
  channelIds: readonly string[],
): Promise<(channelId: string) => boolean> {
  const bots = botsFor(viewer, READ_CONTENT);
  if (bots === null) return () => true;
  if (bots.length === 0) return () => false;
  const channels = await findChannels(db, viewer.accountId, [...new Set(channelIds)]);
  const open = new Set(channels.filter((channel) => bots.includes(channel.botId)).map((channel) => channel.id));
  return (channelId) => open.has(channelId);
}
