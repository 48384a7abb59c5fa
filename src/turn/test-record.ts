import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { AssociatedData } from '../store/vault.js';
import type { TurnRecord } from './turn-record.js';

export const testRecordsData = (testId: string): AssociatedData => `bot_test_records.records:${testId}`;

/** What was recorded of the turns of a test, in order; null for a turn of which nothing was. */
export const packedAll = (records: readonly (TurnRecord | null)[]): Buffer => deflateRawSync(JSON.stringify(records));

export const unpackedAll = (bytes: Uint8Array): (TurnRecord | null)[] =>
  JSON.parse(inflateRawSync(bytes).toString('utf8')); // as `packedAll` wrote it
