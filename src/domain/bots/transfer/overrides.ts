import { z } from 'zod';
import { rowId } from '../../../ids.js';
import type { BotRecord } from '../../../store/tables/bots.js';
import type { ChannelRecord } from '../../../store/tables/channels.js';
import {
  insertOverrides,
  type MessageOverrideRecord,
  type OverrideSnapshot,
  overrideKey,
  overridesOfBots,
  removeOverrides,
} from '../../../store/tables/message-overrides.js';
import { CONTENT_TYPES } from '../../../vocabulary.js';
import type { Command } from '../../command.js';
import { entryOf, SCOPE_ENTRY, scopeOfEntry } from '../../messages/override-scope.js';

/** An override as an exported file holds it. */
export const overrideEntry = z.object({
  messageKey: z.string(),
  ...SCOPE_ENTRY,
  language: z.string(),
  contents: z.array(z.object({ type: z.enum(CONTENT_TYPES), value: z.string() })),
});
type OverrideEntry = z.infer<typeof overrideEntry>;

/** Overrides for an exported file. One whose scope is not in it stays out. */
export function writeOverrides(
  channels: readonly ChannelRecord[],
  overrides: readonly OverrideSnapshot[],
): OverrideEntry[] {
  return overrides.flatMap(({ messageKey, language, contents, ...of }) => {
    const scope = entryOf(of, channels);
    return scope ? [{ messageKey, ...scope, language, contents }] : [];
  });
}

/** Stores the overrides of an exported file for the channels of their names; gives how many. */
export async function importOverrides(
  { trx, now }: Command,
  bot: BotRecord,
  channels: readonly ChannelRecord[],
  entries: readonly OverrideEntry[],
): Promise<number> {
  const present = new Map(
    (await overridesOfBots(trx, [bot.id])).map((override) => [overrideKey(override), override.id]),
  );
  const imported = new Map<string, MessageOverrideRecord>();
  for (const { messageKey, language, contents, ...named } of entries) {
    const scope = scopeOfEntry(named, channels);
    if (!scope) continue;
    const key = overrideKey({ messageKey, ...scope, language });
    const id = present.get(key) ?? rowId('ov');
    imported.set(key, { id, botId: bot.id, messageKey, ...scope, language, contents, updatedAt: now });
  }
  const records = [...imported.values()];
  await removeOverrides(
    trx,
    records.map((override) => override.id),
  );
  await insertOverrides(trx, records);
  return records.length;
}
