import { randomBytes, randomUUID } from 'node:crypto';

/**
 * Ids with a prefix that tells the kind, as on the platform whose clients call this server (kore-webhook.md §1.2).
 * A bot id must look like a version-5 UUID: a known server kit matches `st-` + version 5 in its URLs.
 */
export const botId = (): string => `st-${version5Shaped()}`;
export const clientId = (): string => `cs-${randomUUID()}`;
export const channelId = (): string => `ivrInst-${randomUUID()}`;
/** Id of a proactive job. */
export const jobId = (): string => `ds-${randomUUID()}`;
/** Ids of an import and an export of the management API. */
export const importId = (): string => `bir-${randomUUID()}`;
export const exportId = (): string => `ber-${randomUUID()}`;
/** Id of a trace that begins here: a version-7 UUID, so that new ones land at the end of the index by which turns are found. */
export const traceId = (): string => `RTM-TRACE-${version7(timeOrdered())}`;

/** Ids of rows that have no prefix on the wire: time-ordered, so that new rows land at the end of an index. */
export function rowId(
  prefix:
    | 'ac'
    | 'ip'
    | 'u'
    | 'tk'
    | 'bv'
    | 'bx'
    | 'ar'
    | 'au'
    | 'cv'
    | 'se'
    | 'tn'
    | 'ms'
    | 'ov'
    | 'df'
    | 'al'
    | 'ad'
    | 'as'
    | 'jb'
    | 'sg'
    | 'vw'
    | 'rc'
    | 'wd'
    | 'cn',
): string {
  return `${prefix}-${timeOrdered()}`;
}

function version5Shaped(): string {
  const uuid = randomUUID();
  return `${uuid.slice(0, 14)}5${uuid.slice(15)}`;
}

/** The form of RFC 9562 §5.7 of 32 time-ordered hex digits: six of their bits give way to version and variant. */
function version7(digits: string): string {
  const variant = (8 | (Number.parseInt(digits.charAt(16), 16) & 3)).toString(16);
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-7${digits.slice(13, 16)}-${variant}${digits.slice(17, 20)}-${digits.slice(20)}`;
}

const RANDOM_POOL_BYTES = 4096; // one system call serves several hundred ids on the hot path
let pool = randomBytes(0);
let used = 0;

/** 64 random bits as 16 hexadecimal digits. */
export function randomHex(): string {
  if (used + 8 > pool.length) {
    pool = randomBytes(RANDOM_POOL_BYTES);
    used = 0;
  }
  used += 8;
  return pool.toString('hex', used - 8, used);
}

let lastTick = 0;
let withinTick = 0;

/** 48 bits of milliseconds, 16 bits of order within the millisecond, 64 random bits: 32 hex digits. */
function timeOrdered(): string {
  const now = Date.now();
  if (now > lastTick) {
    lastTick = now;
    withinTick = 0;
  } else {
    withinTick += 1;
  }
  return lastTick.toString(16).padStart(12, '0') + (withinTick & 0xffff).toString(16).padStart(4, '0') + randomHex();
}
