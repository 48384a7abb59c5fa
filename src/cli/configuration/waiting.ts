import type { AdminClient, ApprovalRequest, Bot } from '../../admin/admin.js';
import { isMap } from './layers.js';

const MINUTE_MS = 60_000;

/** The names of the bots that documents speak of. */
function botsOf(documents: readonly unknown[]): Set<unknown> {
  const names = documents.flatMap((document) => {
    if (!isMap(document) || !isMap(document.metadata) || !isMap(document.spec)) return [];
    return [document.kind === 'Bot' ? document.metadata.name : document.spec.bot];
  });
  return new Set(names);
}

/**
 * Waits until no request of the documents' bots is open, and says on standard error what is still waited for; gives the bots. Throws when
 * one was rejected, when one of `published` is not live then, or when `until` (ms since the epoch) has passed.
 */
export async function waitForBots(
  server: AdminClient,
  documents: readonly unknown[],
  { published, until }: { published: readonly string[]; until: number },
): Promise<Bot[]> {
  const names = botsOf(documents);
  const look = async () => {
    const found: Bot[] = [];
    for await (const bot of server.bots()) if (names.has(bot.name)) found.push(bot);
    return found;
  };
  const bots = await look();
  const onWaiting = (requests: readonly ApprovalRequest[]) =>
    process.stderr.write(progress(requests, until - Date.now()));
  const options = () => ({ withinMs: until - Date.now(), onWaiting });
  await server.waitUntilDecided(
    bots.map(({ id }) => id),
    options(),
  );
  await server.waitUntilLive(
    bots.filter(({ name }) => published.includes(name)).map(({ id }) => id),
    options(),
  );
  const now = await look();
  const rejected = now.flatMap(rejectedOf);
  if (rejected.length > 0) throw new Error(`Rejected: ${rejected.join(', ')}.`);
  return now;
}

const rejectedOf = ({ name, state, channels }: Bot): string[] => [
  ...(state === 'REJECTED' ? [`the publication of "${name}"`] : []),
  ...channels.filter(({ status }) => status === 'REJECTED').map((channel) => `"${name}/${channel.name}"`),
];

function progress(requests: readonly ApprovalRequest[], leftMs: number): string {
  const what = requests.map(({ kind, bot, channel }) =>
    kind === 'PUBLISH' ? `publish ${bot.name}` : `${bot.name}/${channel?.name}`,
  );
  return `Waiting for an ADMIN to approve ${what.join(', ')}; ${Math.max(0, Math.ceil(leftMs / MINUTE_MS))} min left.\n`;
}

/** What came of it, a line for each bot. */
export const botsText = (bots: readonly Bot[]): string =>
  bots
    .map(({ name, liveVersion, channels }) => {
      const works = channels.filter(({ functional }) => functional).length;
      const blocked = channels
        .filter(({ enabled, functional }) => enabled && !functional)
        .map((channel) => `    ! ${channel.name}: ${channel.blockers.join(', ')}\n`);
      const version = liveVersion === null ? 'not live' : `version ${liveVersion.number} is live`;
      return `${name}: ${version}, ${works} of ${channels.length} channels work.\n${blocked.join('')}`;
    })
    .join('');
