import type { Json, JsonObject } from '../json.js';
import type { Privacy } from '../routing/privacy.js';
import type { Route } from '../routing/routes.js';
import type { DeliveryRow, NewDelivery } from '../store/tables/deliveries.js';
import type { SessionRow } from '../store/tables/sessions.js';
import type { NewTurn, RowForm, TurnProgress, TurnRow } from '../store/tables/turns.js';
import type { AssociatedData, Vault } from '../store/vault.js';
import type { TurnInput } from '../wire/message.js';
import type { StoredReply } from '../wire/outcome.js';
import { inputText } from '../wire/stored-input.js';
import type { TurnJob } from './turn-job.js';

/*
 * How turns, sessions and deliveries are stored where a bot keeps things private: what people may read is masked, and what
 * the server still needs as it was said is sealed beside it for as long as it does.
 */

/** The true texts of a turn: all of them while it is open, afterwards those its caller may still ask for. */
type SealedTurn = Partial<Pick<TurnRow, 'input' | 'replies' | 'outcome'>>;

const resumeData = (turnId: string): AssociatedData => `turns.resume:${turnId}`;
const turnData = (id: string): AssociatedData => `turns.sealed:${id}`;
export const customDataOf = (turnId: string): AssociatedData => `turns.custom_data_cipher:${turnId}`;
const deliveryData = (id: string): AssociatedData => `deliveries.sealed:${id}`;
const sessionData = (conversationId: string): AssociatedData => `sessions.state:${conversationId}`;

/** How sealed texts begin, and no JSON text does. */
const SEALED_TEXT = 'v1.';

/** What stands where `customData` was. */
const SEALED = '(sealed)';

/** How the message of a turn is stored. */
export function storedInput(
  { turnId, input, route: { privacy } }: Pick<TurnJob, 'turnId' | 'input' | 'route'>,
  form: RowForm,
): Pick<NewTurn, 'input' | 'customDataCipher'> {
  if (!privacy) return { input: inputText(input, form) };
  const { customData } = input;
  const seals = privacy.sealsCustomData && customData !== undefined;
  const shown: TurnInput = seals
    ? { ...input, customData: SEALED, payload: withoutCustomData(input.payload) as TurnInput['payload'] }
    : input;
  return {
    input: inputText(maskedInput(shown, privacy.mask), form),
    ...(seals && { customDataCipher: privacy.seal(JSON.stringify(customData), customDataOf(turnId)) }),
  };
}

/** Ids stay: they say whose the message is, and which message it was. */
export function maskedInput(input: TurnInput, mask: Privacy['mask']): TurnInput {
  if (!mask) return input;
  const { message, payload, customData, user } = input;
  return {
    ...input,
    message: mask.json(message),
    payload: mask.json(payload),
    ...(customData !== undefined && { customData: mask.json(customData) }),
    user: { id: user.id, info: mask.json(user.info) },
  };
}

function withoutCustomData(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutCustomData);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, key === 'customData' ? SEALED : withoutCustomData(member)]),
  );
}

/** How what a turn has come to is stored. */
export function storedProgress<P extends TurnProgress>(
  { turnId, input, route: { privacy } }: Pick<TurnJob, 'turnId' | 'input' | 'route'>,
  row: P,
): P {
  if (!privacy) return row;
  const { mask } = privacy;
  const replies = maskedReplies(mask, row.replies);
  const outcome = maskedOutcome(mask, row.outcome);
  const isOpen = row.status === 'QUEUED' || row.status === 'PAUSED';
  const asSaid: SealedTurn = { replies: row.replies, outcome: row.outcome };
  const isMasked = replies !== row.replies || outcome !== row.outcome;
  const sealed: SealedTurn | null = isOpen ? { ...asSaid, input: JSON.stringify(input) } : isMasked ? asSaid : null;
  return {
    ...row,
    replies,
    outcome,
    resume: row.resume && privacy.seal(row.resume, resumeData(turnId)),
    error: row.error === null || !mask ? row.error : mask.text(row.error),
    trace: maskedJson(mask, row.trace),
    sealed: sealed && privacy.seal(JSON.stringify(sealed), turnData(turnId)),
  };
}

const maskedJson = (mask: Privacy['mask'], text: string | null): string | null =>
  text === null || !mask ? text : JSON.stringify(mask.json(JSON.parse(text)));

function maskedReplies(mask: Privacy['mask'], text: string | null): string | null {
  if (text === null || !mask) return text;
  const replies = JSON.parse(text) as StoredReply[]; // as turns write them
  return JSON.stringify(
    replies.map((reply) => {
      const { id, at } = reply;
      return { ...mask.json(reply), ...(id !== undefined && { id }), at };
    }),
  );
}

/** Besides the end of a task all of it is ids and settings. */
function maskedOutcome(mask: Privacy['mask'], text: string | null): string | null {
  if (text === null || !mask) return text;
  const outcome = JSON.parse(text);
  const { endOfTask = null } = outcome;
  return endOfTask === null ? text : JSON.stringify({ ...outcome, endOfTask: mask.json(endOfTask) });
}

/** A turn as it was said. */
export function openTurn(vault: Pick<Vault, 'open'>, row: TurnRow): TurnRow {
  if (row.sealed === null) return row;
  const asSaid = JSON.parse(vault.open(row.sealed, turnData(row.id))) as SealedTurn;
  return { ...row, resume: openResume(vault, row.id, row.resume), ...asSaid };
}

/** Where a turn goes on, which is JSON; sealed, it is none. */
export const openResume = <T extends string | null>(
  vault: Pick<Vault, 'open'>,
  turnId: string,
  stored: T,
): T | string => (stored?.startsWith(SEALED_TEXT) ? vault.open(stored, resumeData(turnId)) : stored);

/** The same, changed, in the form in which it was stored. */
export const storedResume = (vault: Pick<Vault, 'seal'>, turnId: string, resume: string, before: string): string =>
  before.startsWith(SEALED_TEXT) ? vault.seal(resume, resumeData(turnId)) : resume;

/** What may be logged of what kept a bot from answering, which may quote what was said. */
export function loggable({ privacy }: Pick<Route, 'privacy'>, failure: unknown): unknown {
  if (!privacy?.mask || failure === null) return failure;
  const { text } = privacy.mask;
  if (!(failure instanceof Error)) return text(String(failure));
  const masked = new Error(text(failure.message)); // without its cause, which may quote it as well
  masked.name = failure.name;
  masked.stack = text(failure.stack ?? '');
  return Object.assign(masked, 'reason' in failure && { reason: failure.reason });
}

/** Bots remember what they were told as it was said; nobody reads a session but they. */
export const storedSession = (privacy: Privacy | null, row: SessionRow): SessionRow =>
  privacy && row.state !== '' ? { ...row, state: privacy.seal(row.state, sessionData(row.conversationId)) } : row;

export const openSession = (vault: Pick<Vault, 'open'>, row: SessionRow): SessionRow =>
  row.state === '' || row.state.startsWith('{')
    ? row
    : { ...row, state: vault.open(row.state, sessionData(row.conversationId)) };

/** Until it has arrived, a callback is kept as it was said, too. */
export function storedDelivery<D extends NewDelivery>(privacy: Privacy | null, delivery: D): D {
  if (!privacy?.mask) return delivery;
  const payload = maskedPayload(privacy.mask, delivery.payload);
  if (payload === delivery.payload) return delivery;
  return Object.assign({}, delivery, { payload, sealed: privacy.seal(delivery.payload, deliveryData(delivery.id)) });
}

/** Members of a callback that are ids, by which its receiver tells users and messages apart. */
const IDS = ['to', 'from', 'messageId', 'conversationId', 'sessionId', 'traceId', '_t'];

function maskedPayload(mask: NonNullable<Privacy['mask']>, text: string): string {
  const payload: JsonObject = JSON.parse(text); // as hook versions write it
  const ids = Object.entries(payload).filter(([name]) => IDS.includes(name));
  return JSON.stringify({ ...mask.json(payload), ...Object.fromEntries(ids) });
}

export const openDelivery = (vault: Pick<Vault, 'open'>, row: DeliveryRow): DeliveryRow =>
  row.sealed === null ? row : { ...row, payload: vault.open(row.sealed, deliveryData(row.id)) };
