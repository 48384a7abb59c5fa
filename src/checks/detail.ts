import { deflateRawSync } from 'node:zlib';

/** Bytes of a stored detail, deflated; beyond, the trace is left out of it. */
const MAX_DETAIL = 64 * 1024;

/** Both sides of what differs and the candidate's trace, as they are kept. */
export function packedDetail({ trace, ...sides }: { was: unknown; is: unknown; trace: unknown }): Uint8Array {
  const whole = deflateRawSync(JSON.stringify({ ...sides, trace }));
  return whole.length <= MAX_DETAIL ? whole : deflateRawSync(JSON.stringify({ ...sides, trace: null }));
}
