import { createHash } from 'node:crypto';
import type { UserMessage } from '../bots/engine.js';
import type { Json, JsonObject } from '../json.js';
import type { Route } from '../routing/routes.js';
import type { HookVersionName } from '../vocabulary.js';
import type { TurnInput } from './message.js';

/** What the bodies of both versions share (schema/webhook-parts.ts). */
export interface Envelope {
  session?: { new?: boolean } | null;
  from: { id: string | number; userInfo?: JsonObject | null };
  to?: string | null | { id?: string | number | null; groupInfo?: { id?: string | number | null } | null };
  preferredChannelForResponse?: string | null;
  customData?: Json;
}

/** A list, or what some clients send for none. */
export type Attachments = Json[] | Record<string, never> | '' | null | undefined;

export const attachmentsOf = (sent: Attachments): Json[] => (Array.isArray(sent) ? sent : []);

export interface FormData {
  formId: string;
  data?: Json[];
  meta?: JsonObject;
}

/** A body that holds what it must, as the rest of the server understands it. */
export interface ParsedMessage {
  input: TurnInput;
  messageId: string | undefined;
  /** Name, id or type of the channel whose overrides are wanted. */
  preferredChannel: string | undefined;
  /** Where the caller wrote these, for errors. */
  fields: { attachments: string; formId: string };
  /** Two bodies that mean the same message have the same. */
  bodyHash(): string;
}

export function toParsed(
  form: HookVersionName,
  valid: Envelope,
  message: UserMessage,
  messageId: string | undefined,
  route: Route,
  fields: ParsedMessage['fields'],
): ParsedMessage {
  const { from, to } = valid;
  const replyTo = typeof to === 'string' ? to : String(to?.id ?? '');
  const input: TurnInput = {
    form,
    mode: route.mode,
    message,
    user: { id: String(from.id), info: from.userInfo ?? {} },
    groupId: typeof to === 'object' ? String(to?.groupInfo?.id ?? '') : '',
    replyFrom: replyTo === '' ? route.botId : replyTo,
    payload: valid as unknown as JsonObject, // came from JSON and was checked to be an object
    newSession: valid.session?.new === true,
  };
  if (valid.customData !== undefined) input.customData = valid.customData;
  return {
    input,
    messageId,
    preferredChannel: valid.preferredChannelForResponse || undefined,
    fields,
    bodyHash: () => createHash('sha256').update(JSON.stringify(valid)).digest('base64url'),
  };
}

export const formMessage = ({ formId, data = [], meta = {} }: FormData): UserMessage => ({
  type: 'formData',
  formId,
  data,
  meta,
});
