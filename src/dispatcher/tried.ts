import type { AttemptRow } from '../store/tables/delivery-attempts.js';
import type { Verdict } from './attempt.js';

/** What came of the tries made for a delivery while its lane was held. */
export interface Tried {
  verdict: Verdict;
  attempts: AttemptRow[];
  /** Tries that count towards giving up. */
  spent: number;
  /** The endpoint that was called last, and how often it had come back then. */
  endpoint: string;
  recoveries: number;
  /** Its refusal made it a dead letter, and may turn out to be meant for everybody. */
  isRefused: boolean;
}

export const untried = (verdict: Verdict): Tried => ({
  verdict,
  attempts: [],
  spent: 0,
  endpoint: '',
  recoveries: 0,
  isRefused: false,
});
