import type { KeyObject } from 'node:crypto';
import type { CallbackTarget } from '../dispatcher/target.js';
import type { ChannelBlocker } from '../domain/channels/blockers.js';
import type { BurstMode, IntegrationMode, JwtAlgorithm, TemplateEncoding, TextForm } from '../vocabulary.js';

/** What the data plane knows of a channel without asking the database. */
export interface Route {
  channelId: string;
  channelName: string;
  isDefault: boolean;
  accountId: string;
  botId: string;
  botName: string;
  /** Why a message would be refused now; empty: it works. */
  blockers: ChannelBlocker[];
  /** The app whose tokens are accepted; null: none is associated. */
  clientId: string | null;
  mode: IntegrationMode;
  versionId: string | null;
  enablePolling: boolean;
  templateEncoding: TemplateEncoding;
  textForm: TextForm;
  burst: BurstMode;
}

/** A caller's credentials as the ingress needs them. During a rotation there are two keys. */
export interface AppKeys {
  clientId: string;
  accountId: string;
  algorithm: JwtAlgorithm;
  requireJti: boolean;
  /** Keys that are valid at `now`, current first. */
  keys(now: number): KeyObject[];
}

/** Every channel in memory. A lookup costs the same for one channel as for a hundred thousand. */
export interface Routes {
  /** The route of a hook's URL: without `channelId` the bot's default channel. */
  find(botId: string, channelId?: string): Route | undefined;
  byChannel(channelId: string): Route | undefined;
  /** The channels of bots. */
  channelsOf(botIds: readonly string[]): string[];
  app(clientId: string): AppKeys | undefined;
  /** Null: nothing may be sent now (disabled, suspended, never approved); undefined: there is no such channel. */
  callback(channelId: string): CallbackTarget | null | undefined;
  /** How many channels it holds. */
  size(): number;
  /** Brings the table up to date with what has been committed. */
  refresh(): Promise<void>;
}
