import { sampleBot } from '../../definition/samples/sample-bot.js';
import { notFound } from '../../errors.js';
import { findAccount } from '../../store/tables/accounts.js';
import { pendingPublishOfBot } from '../../store/tables/approval-requests.js';
import { type BotRecord, findBots, listBots } from '../../store/tables/bots.js';
import type { ChannelRecord } from '../../store/tables/channels.js';
import { assertMay, may, type Viewer } from '../access.js';
import type { createApprovals } from '../approvals.js';
import type { AppCredentials, createApps } from '../apps/apps.js';
import type { createChannels } from '../channels/channels.js';
import type { DomainDeps } from '../command.js';
import type { createPublish } from './publish.js';
import { importBot } from './transfer/import.js';

const NAME = 'Orders';
const CHANNEL = 'Website';
const NEEDED = ['bot.import', 'app.create', 'channel.create', 'bot.publish'] as const;

/** A bot that talks, or will once `message` has come about. The client secret is shown this once. */
interface SampleBot extends AppCredentials {
  bot: BotRecord;
  channel: ChannelRecord;
  message: string;
}

/** The commands of other nouns that a sample bot is made by. */
interface Commands {
  apps: ReturnType<typeof createApps>;
  channels: ReturnType<typeof createChannels>;
  publish: ReturnType<typeof createPublish>;
  approvals: ReturnType<typeof createApprovals>;
}

/**
 * Makes the sample bot with an app and a synchronous channel, and publishes it: by the commands a person would use, one after the
 * other, each with its permission and its audit entry. Where the viewer may approve what they asked for, it is approved.
 */
export function createSampleBots(deps: DomainDeps, { apps, channels, publish, approvals }: Commands) {
  const { database } = deps;

  /** By four eyes another ADMIN decides. */
  async function mayDecideOwn(viewer: Viewer): Promise<boolean> {
    const account = await findAccount(database.read, viewer.accountId);
    return may(viewer, 'approval.approve') && !account?.fourEyes;
  }

  return {
    /** FORBIDDEN for those who may not build bots. */
    async create(viewer: Viewer): Promise<SampleBot> {
      for (const action of NEEDED) assertMay(viewer, action); // before anything is made
      const decides = await mayDecideOwn(viewer);
      const name = await freeName(database, viewer);
      const { bot } = await importBot(deps, viewer, { mode: 'NEW', definition: sampleBot, name });
      const credentials = await apps.create(viewer, { name });
      const input = { botId: bot.id, name: CHANNEL, mode: 'SYNC', enabled: true } as const;
      const saved = await channels.create(viewer, { ...input, appClientId: credentials.app.clientId });
      if (decides && saved.approvalRequest?.status === 'PENDING')
        await approvals.approve(viewer, saved.approvalRequest.id);
      await publish.publish(viewer, { botId: bot.id, channelIds: [saved.channel.id] });
      const publishing = await pendingPublishOfBot(database.read, bot.id);
      if (decides && publishing) await approvals.approve(viewer, publishing.id);

      const [channel] = await channels.byIds(viewer, [saved.channel.id]);
      const [published] = await findBots(database.read, viewer.accountId, [bot.id]);
      if (!channel || !published) throw notFound('bot', bot.id); // deleted by somebody meanwhile
      const blockers = (await channels.blockers(viewer, [channel])).get(channel.id) ?? [];
      const when = blockers.length === 0 ? '' : ' once an ADMIN has approved the channel and the publish';
      const message = `The bot "${name}" answers on its channel "${CHANNEL}"${when}.`;
      return { ...credentials, bot: published, channel, message };
    },
  };
}

/** Bots that are called like samples, at most, that are looked through for a free name. */
const MAX_SAMPLES = 100;

/** "Orders", or with the first number that is free: "Orders (2)". */
async function freeName(database: DomainDeps['database'], { accountId }: Viewer): Promise<string> {
  const { edges } = await listBots(database.read, accountId, { search: NAME, first: MAX_SAMPLES });
  const taken = new Set(edges.map(({ node }) => node.name));
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? NAME : `${NAME} (${number})`;
    if (!taken.has(name)) return name;
  }
}
