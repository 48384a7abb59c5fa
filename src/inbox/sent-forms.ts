import type { OpenBots } from '../bots/bots.js';
import type { FormDefinition } from '../definition/definition.js';
import type { Route, Routes } from '../routing/routes.js';
import { routeFor } from '../routing/test-routes.js';
import type { Database } from '../store/database/database.js';
import type { idempotencyStore } from '../store/tables/idempotency.js';
import type { sessionStore } from '../store/tables/sessions.js';
import type { TurnRow, turnStore } from '../store/tables/turns.js';
import type { Clock } from '../time.js';
import { versionServing } from '../turn/serving.js';
import { lasts } from '../turn/sessions.js';
import type { TurnInput } from '../wire/message.js';
import { storedOutcome } from '../wire/outcome.js';
import { readInput } from '../wire/stored-input.js';

/** A turn that sent a form, and the channel it was sent on. */
export interface FormTurn {
  route: Route;
  turn: TurnRow;
  /** Input of the message that brought the form. */
  input: TurnInput;
}

/** A form that takes the answers of one user, once. */
export interface OpenForm {
  form: FormDefinition;
  route: Route;
  /** Input of the message that brought the form. */
  input: TurnInput;
  /** The idempotency key of the answers: whatever is sent by this form is one message. */
  key: string;
  /** The answers are here already. */
  used: boolean;
}

/** Forms that bots have sent as links. */
export interface SentForms {
  /** The turn that sent a form of this bot; null when it or its channel has been deleted. */
  turnOf(turnId: string, botId: string): Promise<FormTurn | null>;
  /** The form; null when the version that serves the conversation has none, or the session that asked for it is over. */
  open(sent: FormTurn, formRefId: string): Promise<OpenForm | null>;
}

export function createSentForms(deps: {
  database: Pick<Database, 'read'>;
  turns: ReturnType<typeof turnStore>;
  sessions: ReturnType<typeof sessionStore>;
  idempotency: ReturnType<typeof idempotencyStore>;
  routes: Routes;
  bots: OpenBots;
  clock: Clock;
}): SentForms {
  const { read } = deps.database;
  return {
    async turnOf(turnId, botId) {
      const [turn] = await deps.turns.byIds(read, [turnId]);
      if (!turn) return null;
      const input = readInput(turn.input);
      const route = routeFor(deps.routes, turn.channelId, input.test);
      return route?.botId === botId ? { turn, route, input } : null;
    },
    async open({ turn, route, input }, formRefId) {
      const [session] = await deps.sessions.load(read, [turn.conversationId]);
      const versionId = versionServing(route, turn.conversationId, session);
      if (versionId === null) return null;
      const { program, sessionTimeoutMs } = await deps.bots.open(versionId);
      const form = program.form?.(formRefId);
      if (!form) return null;
      const key = `form:${turn.id}:${formRefId}`;
      const used = (await deps.idempotency.find(read, route.channelId, input.user.id, key)) !== null;
      if (used) return { form, route, input, key, used };
      // A new session would not know what the answers are for.
      const same = session && session.id === storedOutcome(turn)?.sessionId;
      return same && lasts(session, deps.clock.now(), sessionTimeoutMs) ? { form, route, input, key, used } : null;
    },
  };
}
