import type { MessageOverrideRecord, OverrideTarget } from '../../store/tables/message-overrides.js';
import type { Content } from '../../vocabulary.js';
import type { Command } from '../command.js';
import { refuseStale } from '../stale.js';

/** For whom, and in which language, an override holds. */
export interface OverrideScope {
  /** Null: every webhook channel. */
  channelId?: string | null | undefined;
  /** The bot's default language when absent. */
  language?: string | null | undefined;
}

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
    const { messageKey, channelId, language } = details ?? {};
    const ofTarget = messageKey === target.messageKey && channelId === target.channelId && language === target.language;
    return action.startsWith('message.') ? ofTarget : action === 'bot.import';
  });
}
