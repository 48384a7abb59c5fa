import { z } from 'zod';
import { notFound } from '../../errors.js';
import { type ChannelRecord, channelsOfBots } from '../../store/tables/channels.js';
import type { OverrideScope } from '../../store/tables/message-overrides.js';
import type { Command } from '../command.js';

/** For whom, and in which language, an override holds, as callers name it. */
export type OverrideScopeInput = { [K in keyof OverrideScope]?: OverrideScope[K] | undefined } & {
  /** The bot's default language when absent. */
  language?: string | null | undefined;
};

/** The one a message is said to, as far as scopes ask. */
export interface Listener {
  channelId: string;
}

export const listenerOn = ({ id }: Pick<ChannelRecord, 'id'>): Listener => ({ channelId: id });

/** A listener for whom an override of this scope holds. */
export const listenerIn = ({ channelId }: OverrideScope): Listener => ({ channelId: channelId ?? '' });

/** Where the contents of an override come from. */
export type OverrideSource = 'CHANNEL' | 'ALL_CHANNELS';

/** The scopes that hold for a listener, the narrowest first: the first one with an override wins. */
export const scopesFor = ({ channelId }: Listener): { source: OverrideSource; scope: OverrideScope }[] => [
  { source: 'CHANNEL', scope: { channelId } },
  { source: 'ALL_CHANNELS', scope: { channelId: null } },
];

/** NOT_FOUND when a scope names what the bot does not have. */
export async function assertScopes(
  { trx }: Command,
  botId: string,
  scopes: readonly Partial<OverrideScopeInput>[],
): Promise<void> {
  const channels = new Set((await channelsOfBots(trx, [botId])).get(botId)?.map(({ id }) => id));
  for (const { channelId } of scopes)
    if (channelId && !channels.has(channelId)) throw notFound('channel of this bot', channelId);
}

/** A scope in an exported file, by names. */
export const SCOPE_ENTRY = {
  /** Null: every webhook channel. */
  channel: z.string().nullable(),
};
type ScopeEntry = z.infer<z.ZodObject<typeof SCOPE_ENTRY>>;

/** Null: what the scope names is not among the channels. */
export function entryOf({ channelId }: OverrideScope, channels: readonly ChannelRecord[]): ScopeEntry | null {
  if (channelId === null) return { channel: null };
  const channel = channels.find(({ id }) => id === channelId);
  return channel ? { channel: channel.name } : null;
}

/** The opposite of `entryOf`. */
export function scopeOfEntry({ channel }: ScopeEntry, channels: readonly ChannelRecord[]): OverrideScope | null {
  if (channel === null) return { channelId: null };
  const found = channels.findLast(({ name }) => name === channel);
  return found ? { channelId: found.id } : null;
}
