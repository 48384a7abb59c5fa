import { SECOND } from '../time.js';

/** The preferences of a `Prefer` header (RFC 7240) that hooks honour. */
export interface Preferences {
  /** `respond-async`: rather a 202 now than the answer later. */
  respondAsync: boolean;
  /** `wait`: how long it is willing to wait. */
  waitMs: number | undefined;
}

const PREFERENCE = /^\s*([A-Za-z-]+)\s*(?:=\s*(?:"(\d{1,6})"|(\d{1,6}))\s*)?(?:;|$)/;

/** Reads a `Prefer` header. What is not understood is ignored, as the RFC says; the first of two counts. */
export function preferencesOf(header: string | undefined): Preferences {
  const found = new Map<string, string>();
  for (const preference of (header ?? '').split(',')) {
    const [, name = '', quoted, plain] = PREFERENCE.exec(preference) ?? [];
    const key = name.toLowerCase();
    if (key !== '' && !found.has(key)) found.set(key, quoted ?? plain ?? '');
  }
  const wait = found.get('wait') ?? '';
  return { respondAsync: found.has('respond-async'), waitMs: wait === '' ? undefined : Number(wait) * SECOND };
}
