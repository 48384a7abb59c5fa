import type { KeyObject } from 'node:crypto';
import type { CallbackTarget } from '../dispatcher/target.js';
import type { EncryptionJwk } from '../domain/apps/decryption-keys.js';
import type { ChannelBlocker } from '../domain/channels/blockers.js';
import type { CanaryRecord } from '../store/tables/canaries.js';
import type {
  BurstMode,
  IntegrationMode,
  JwtAlgorithm,
  TemplateEncoding,
  TextForm,
  TokenEncryption,
} from '../vocabulary.js';
import type { Privacy } from './privacy.js';

/** A channel as the data plane sees it, held in memory. */
export interface Route {
  channelId: string;
  channelName: string;
  isDefault: boolean;
  accountId: string;
  botId: string;
  botName: string;
  /** Reasons to refuse a message now; empty when the channel works. */
  blockers: ChannelBlocker[];
  /** The app whose tokens are accepted; null: none is associated. */
  clientId: string | null;
  mode: IntegrationMode;
  /** The live version. */
  versionId: string | null;
  /** What serves a share of its conversations with another version; null: nothing does. */
  canary: CanaryRecord | null;
  enablePolling: boolean;
  templateEncoding: TemplateEncoding;
  textForm: TextForm;
  burst: BurstMode;
  /** Null: all that is said is stored as it is. */
  privacy: Privacy | null;
}

/** A caller's credentials as the ingress needs them. */
export interface AppKeys {
  clientId: string;
  accountId: string;
  algorithm: JwtAlgorithm;
  requireJti: boolean;
  tokenEncryption: TokenEncryption;
  /**
   * The keys that a token may be signed with at `now`, current first; during a rotation there are two. The `kid` of a token
   * chooses among the keys that a caller publishes.
   */
  keys(now: number, kid: string | undefined): readonly KeyObject[] | Promise<readonly KeyObject[]>;
  /** The private key of this server that a token is encrypted for; null for one it does not have, or no longer. */
  decryptionKey(kid: string, now: number): KeyObject | null;
  /** The public keys to encrypt tokens with, current first; none where they are not encrypted. */
  encryptionKeys(now: number): EncryptionJwk[];
}

/** A public key of ed25519 signatures. */
export interface PublicKey {
  kid: string;
  /** `whpk_` and base64. */
  publicKey: string;
}

/** Every channel in memory. A lookup costs the same for one channel as for a hundred thousand. */
export interface Routes {
  /** The route of a hook's URL: without `channelId` the bot's default channel. */
  find(botId: string, channelId?: string): Route | undefined;
  byChannel(channelId: string): Route | undefined;
  /** Ids of the channels of these bots. */
  channelsOf(botIds: readonly string[]): string[];
  app(clientId: string): AppKeys | undefined;
  /** The target of callbacks; null while none may be sent, undefined for an unknown channel. */
  callback(channelId: string): CallbackTarget | null | undefined;
  /** Ids of the channels whose callbacks go to an origin of an account. */
  channelsAt(accountId: string, origin: string): string[];
  /** The keys that verify signatures of the channel's callbacks at `now`, current first; undefined for an unknown channel. */
  publicKeys(channelId: string, now: number): PublicKey[] | undefined;
  /** Number of channels. */
  size(): number;
  /** Brings the table up to date with what has been committed. */
  refresh(): Promise<void>;
}
