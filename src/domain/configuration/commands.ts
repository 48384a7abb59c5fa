import { createAccounts } from '../accounts.js';
import { createAlertSubscriptions } from '../alerts.js';
import { createApps } from '../apps/apps.js';
import { createBots } from '../bots/bots.js';
import { createPublish } from '../bots/publish.js';
import { createSmartBots } from '../bots/smart-bots.js';
import { createTransfer } from '../bots/transfer/transfer.js';
import { createChannels } from '../channels/channels.js';
import type { DomainDeps } from '../command.js';
import type { DefinitionReader } from '../definitions.js';
import { createGroups } from '../directory/groups.js';
import { createMessages } from '../messages/messages.js';
import { createPrivacySettings } from '../privacy.js';
import type { Passwords } from '../sign-in/passwords.js';
import type { KnownProviders } from '../sign-in/providers/known-providers.js';
import { createUsers } from '../users.js';

/** What commands of all transactions share. */
export interface Shared {
  reader: DefinitionReader;
  providers: Pick<KnownProviders, 'ofAccount'>;
  passwords: Passwords;
  /** To be called once changed rights of users stand. */
  forget(): void;
}

/** The commands that documents are applied by. */
export type Commands = ReturnType<typeof createCommands>;

export const createCommands = (deps: DomainDeps, { reader, providers, passwords }: Shared) => ({
  accounts: createAccounts(deps, providers),
  alerts: createAlertSubscriptions(deps),
  apps: createApps(deps),
  bots: createBots(deps),
  channels: createChannels(deps),
  groups: createGroups(deps, AT_THE_END),
  messages: createMessages(deps, reader),
  privacy: createPrivacySettings(deps),
  publish: createPublish(deps, reader),
  smartBots: createSmartBots(deps),
  transfer: createTransfer(deps, reader),
  users: createUsers(deps, passwords, AT_THE_END),
});

/** `forget` waits for the end of the transaction. */
const AT_THE_END = () => {};
