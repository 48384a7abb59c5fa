import { type MessageOverrideRecord, type OverrideTarget, overrideKey } from '../../store/tables/message-overrides.js';
import type { Content } from '../../vocabulary.js';
import type { Command } from '../command.js';
import { refuseStale } from '../stale.js';

/** CONFLICT when the override is another by now than its sender saw. */
export async function refuseStaleOverride(
  command: Command,
  target: OverrideTarget,
  expected: readonly Content[] | null | undefined,
  before: MessageOverrideRecord | null,
  wanted: readonly Content[],
): Promise<void> {
  const bare = (contents: readonly Content[]) => contents.map(({ type, value }) => ({ type, value }));
  const current = bare(before?.contents ?? []);
  const fields = [{ field: 'contents', seen: expected ? bare(expected) : undefined, current, wanted: bare(wanted) }];
  await refuseStale(command, target.botId, fields, ({ action, details }) => {
    if (!action.startsWith('message.')) return action === 'bot.import';
    return overrideKey(Object(details) as OverrideTarget) === overrideKey(target); // as the commands of overrides write them
  });
}
