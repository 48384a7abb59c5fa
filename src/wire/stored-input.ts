import type { RowForm } from '../store/tables/turns.js';
import type { TurnInput } from './message.js';

/** What most messages have, and is not written. */
const USUAL = { groupId: '', newSession: false };

/** The input of a turn as JSON text, as its row holds it. */
export function inputText(input: TurnInput, form: RowForm): string {
  if (form === 'FULL') return JSON.stringify(input);
  const { groupId, newSession, message, user, ...rest } = input;
  const { attachments, ...said } = message as typeof message & { attachments?: unknown[] };
  const { id, info } = user;
  return JSON.stringify({
    message: attachments?.length === 0 ? said : message,
    user: Object.keys(info).length === 0 ? { id } : user,
    ...(groupId !== USUAL.groupId && { groupId }),
    ...(newSession && { newSession }),
    ...rest,
  });
}

/** The input in the row of a turn. */
export function readInput(text: string): TurnInput {
  const read: TurnInput | null = JSON.parse(text); // as `inputText` wrote it
  const said = read?.message as Partial<TurnInput['message']> | undefined;
  const message = said?.type === 'text' ? { attachments: [], ...said } : said;
  const { groupId, newSession } = USUAL;
  return { groupId, newSession, ...read, ...(message && { message }), user: { info: {}, ...read?.user } } as TurnInput;
}
