import { setTimeout as sleep } from 'node:timers/promises';
import type { Door } from '../graphql-door.js';
import { isMap } from './layers.js';

interface BotNow {
  id: string;
  name: string;
  state: string;
  channels: { name: string; status: string }[];
}

/** Between two looks, in milliseconds. */
const LOOK_MS = 1_000;

const BOTS = `query($after: String) { bots(first: 100, after: $after) {
  edges { node { id name state channels { name status } } } pageInfo { hasNextPage endCursor } } }`;
const PENDING = `query($after: String) { approvalRequests(status: PENDING, first: 100, after: $after) {
  edges { node { bot { id } } } pageInfo { hasNextPage endCursor } } }`;

interface Page<T> {
  edges: { node: T }[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

async function all<T>(door: Door, query: string, field: string): Promise<T[]> {
  const found: T[] = [];
  let after: string | null = null;
  do {
    const data: Record<string, Page<T>> = await door(query, { after });
    const page = data[field];
    if (!page) throw new Error(`The server did not answer ${field}.`);
    found.push(...page.edges.map(({ node }) => node));
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  } while (after !== null);
  return found;
}

/** The names of the bots that documents speak of. */
function botsOf(documents: readonly unknown[]): Set<string> {
  const names = documents.flatMap((document) => {
    if (!isMap(document) || !isMap(document.metadata) || !isMap(document.spec)) return [];
    return [document.kind === 'Bot' ? document.metadata.name : document.spec.bot];
  });
  return new Set(names.filter((name) => typeof name === 'string'));
}

/**
 * Waits until no request of the documents' bots is open. True: all were approved, and what was published is live. Throws when one was
 * rejected, or `until` (ms since the epoch) has passed.
 */
export async function untilApproved(door: Door, documents: readonly unknown[], until: number): Promise<void> {
  const names = botsOf(documents);
  for (;;) {
    const bots = (await all<BotNow>(door, BOTS, 'bots')).filter((bot) => names.has(bot.name));
    const rejected = bots.flatMap(({ name, state, channels }) => [
      ...(state === 'REJECTED' ? [`the publication of "${name}"`] : []),
      ...channels.filter(({ status }) => status === 'REJECTED').map((channel) => `"${name}/${channel.name}"`),
    ]);
    if (rejected.length > 0) throw new Error(`Rejected: ${rejected.join(', ')}.`);
    const pending = await all<{ bot: { id: string } }>(door, PENDING, 'approvalRequests');
    const waiting = bots.filter((bot) => pending.some((request) => request.bot.id === bot.id));
    if (waiting.length === 0) return;
    if (Date.now() + LOOK_MS > until) {
      throw new Error(`Still waiting for approval: ${waiting.map(({ name }) => `"${name}"`).join(', ')}.`);
    }
    await sleep(LOOK_MS);
  }
}
