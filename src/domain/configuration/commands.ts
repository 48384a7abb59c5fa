import { createAccounts } from '../accounts.js';
import { createApps } from '../apps/apps.js';
import { createBots } from '../bots/bots.js';
import { createPublish } from '../bots/publish.js';
import { createSmartBots } from '../bots/smart-bots.js';
import { createTransfer } from '../bots/transfer/transfer.js';
import { createChannels } from '../channels/channels.js';
import type { DomainDeps } from '../command.js';
import type { DefinitionReader } from '../definitions.js';
import { createMessages } from '../messages/messages.js';
import type { KnownProviders } from '../sign-in/providers/known-providers.js';

/** What commands of all transactions share. */
export interface Shared {
  reader: DefinitionReader;
  providers: Pick<KnownProviders, 'ofAccount'>;
}

/** The commands that documents are applied by. */
export type Commands = ReturnType<typeof createCommands>;

export const createCommands = (deps: DomainDeps, { reader, providers }: Shared) => ({
  accounts: createAccounts(deps, providers),
  apps: createApps(deps),
  bots: createBots(deps),
  channels: createChannels(deps),
  messages: createMessages(deps, reader),
  publish: createPublish(deps, reader),
  smartBots: createSmartBots(deps),
  transfer: createTransfer(deps, reader),
});
