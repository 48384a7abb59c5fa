import type { Json } from '../json.js';
import type { SessionRow } from '../store/tables/sessions.js';
import type { NewTurnRecord } from '../store/tables/turn-records.js';
import type { TurnOutcome } from '../wire/outcome.js';

/** The state of a turn at a pause or at its end. */
export interface Step {
  status: 'PAUSED' | 'DONE';
  outcome: TurnOutcome;
  /** Null: the turn leaves no session behind. */
  session: SessionRow | null;
  /** Whether the session began with this turn. */
  newSession: boolean;
  /** Where the engine goes on after a crash. */
  resume: Json | null;
  /** What kept the bot from answering, or null. */
  failure: unknown;
  /** The bot did not understand what the user said. */
  unidentified: boolean;
  /** As it is stored. */
  trace: string | null;
  /** What it takes to run the turn again, where the bot wants it kept. */
  record: NewTurnRecord | null;
}
