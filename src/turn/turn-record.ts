import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Json } from '../json.js';
import type { SessionRow } from '../store/tables/sessions.js';
import type { AssociatedData } from '../store/vault.js';
import type { TurnInput } from '../wire/message.js';
import type { Transcript, TurnEnd } from './recording.js';

/** A question to the outside, and what came of it. */
export interface RecordedCall {
  node: string;
  method: string;
  /** Digests: an address or a body may hold keys. */
  address: string;
  body: string;
  /** Absent when the turn ended before the answer came. */
  answer?: CallAnswer;
}

export type CallAnswer = { value: Json } | { error: CallError };

export interface CallError {
  message: string;
  reason?: string;
  status?: number;
}

/**
 * All that it takes to run a turn again. MASKED: private texts are not in it, so that it may go another way than it did.
 * TOO_LARGE: the outside answered more than is kept.
 */
export type TurnRecord = KeptTurn | { kept: 'TOO_LARGE' };

export interface KeptTurn extends Transcript {
  kept: 'WHOLE' | 'MASKED';
  /** The version that served. */
  versionId: string | null;
  botName: string;
  channelName: string;
  /** The turn's clock. */
  at: number;
  seed: number;
  /** The session it began with. */
  session: Omit<SessionRow, 'conversationId'> & { isNew: boolean };
  input: TurnInput;
  calls: RecordedCall[];
  end: TurnEnd;
}

export const turnRecordData = (turnId: string): AssociatedData => `turn_records.record:${turnId}`;

/** Speed counts while somebody waits for the answer; higher levels save a tenth. */
const QUICK = { level: constants.Z_BEST_SPEED, memLevel: 6 };

export const packed = (record: TurnRecord): Buffer => deflateRawSync(JSON.stringify(record), QUICK);

export const unpacked = (bytes: Uint8Array): TurnRecord => JSON.parse(inflateRawSync(bytes).toString('utf8')); // as `packed` wrote it
