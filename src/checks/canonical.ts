import { hash } from 'node:crypto';

/** JSON whose members are in order. */
export const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, member) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );

/** A short text that is the same for values of the same content, and for no others. */
export const digestOf = (value: unknown): string => hash('sha256', canonical(value)).slice(0, 24);
