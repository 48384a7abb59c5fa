import type { Context } from 'koa';
import type { Shortage } from '../errors.js';
import type { Events } from '../events.js';
import type { Attachments } from '../files/attachments.js';
import type { Inbox } from '../inbox/inbox.js';
import type { Route } from '../routing/routes.js';
import type { HookVersion } from '../wire/hook-version.js';
import type { ParsedMessage } from '../wire/inbound.js';
import type { AdmissionDeps } from './admission.js';
import type { Caller } from './authenticate.js';

export interface HookDeps extends AdmissionDeps {
  inbox: Inbox;
  events: Events;
  maxBodyBytes: number;
  /** The path of the public URL, without a final slash: what a proxy puts before ours. */
  pathPrefix: string;
  /** What keeps the server from taking in a message, or null. Asked before a body is read. */
  shortage(): Shortage | null;
  attachments: Pick<Attachments, 'withUrls'>;
  /** Whether the bot that answers here has such a form. */
  hasForm(route: Route, formId: string): Promise<boolean>;
}

/** A message on its way through the steps. Each step relies on what those before it have set. */
export interface HookCall {
  readonly ctx: Context;
  readonly deps: HookDeps;
  readonly version: HookVersion;
  readonly turnId: string;
  readonly traceId: string;
  readonly receivedAt: number;
  caller: Caller;
  route: Route;
  parsed: ParsedMessage;
}
