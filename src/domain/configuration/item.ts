import { createHash } from 'node:crypto';
import { stableJson } from '../../stable-json.js';
import type { BotFiles } from '../definitions.js';
import type { Kind, SpecOf } from './schema.js';

/** Something that there is, as its document describes it. */
export interface Item<K extends Kind = Kind> {
  kind: K;
  /** Tells it from all others; the same as that of its document. */
  key: string;
  /** What `metadata.name` names. */
  name: string;
  /** As plans name it. */
  title: string;
  id: string;
  /** Without secrets. */
  spec: SpecOf<K>;
  /** What of the spec stands for nothing, and is not exported: "all", or the fields. */
  blank?: 'all' | readonly (keyof SpecOf<K> & string)[];
  /** What is sealed; it changes whenever a secret does. */
  seals: readonly (string | null)[];
  /** Secrets by the path under which a document gives them. */
  openSecrets(): Readonly<Record<string, string | null>>;
}

export const keyOf = {
  Account: () => JSON.stringify(['Account']),
  App: (name: string) => JSON.stringify(['App', name]),
  Bot: (name: string) => JSON.stringify(['Bot', name]),
  Channel: (bot: string, name: string) => JSON.stringify(['Channel', bot, name]),
  Variable: (bot: string, key: string) => JSON.stringify(['Variable', bot, key]),
  Override: (bot: string, channel: string | null, message: string, language: string) =>
    JSON.stringify(['Override', bot, channel, message, language]),
  Privacy: (bot: string, channel: string | null) => JSON.stringify(['Privacy', bot, channel]),
  Alert: (name: string) => JSON.stringify(['Alert', name]),
  Roles: (of: 'USER' | 'GROUP', name: string) => JSON.stringify(['Roles', of, name]),
};

export const titleOf = {
  ofBot: (bot: string, name: string) => `${bot}/${name}`,
  override: (bot: string, channel: string | null, message: string, language: string) =>
    `${bot}/${channel ?? '*'}/${message} (${language})`,
};

export const NO_SECRETS = () => ({});

/** A digest of a bot's files, whatever the order of their keys. */
export const digestOf = (files: BotFiles): string =>
  createHash('sha256').update(stableJson(files)).digest('hex').slice(0, 12);
