import type { CombinedError } from 'urql';

/** What went wrong, in the server's words; `field` names the input it is about. */
export interface Problem {
  code: string;
  message: string;
  field: string | null;
  /** What somebody else saved meanwhile. */
  conflict?: Conflict | null;
}

/** Fields that are others by now than the sender had seen them, and who changed the first of them last. */
export interface Conflict {
  /** A secret is never shown: `current` is its mark, which tells only that it changed. */
  changed: { field: string; current: unknown; secret?: boolean }[];
  by: string | null;
  at: string | null;
}

export const UNREACHABLE: Problem = {
  code: 'NETWORK',
  message: 'The server cannot be reached. Nothing was changed; try again.',
  field: null,
};

export function problemOf(error: CombinedError | undefined | null): Problem | null {
  if (!error) return null;
  const [first] = error.graphQLErrors;
  if (first) {
    const { code, field } = first.extensions;
    return {
      conflict: conflictIn(first.extensions),
      code: String(code ?? 'INTERNAL'),
      message: first.message,
      field: typeof field === 'string' ? field : null,
    };
  }
  return UNREACHABLE;
}

function conflictIn({ changed, changedBy, changedAt }: Record<string, unknown>): Conflict | null {
  if (!Array.isArray(changed)) return null;
  const by = (changedBy as { name?: string } | null)?.name ?? null; // the server's own shape
  return { changed, by, at: typeof changedAt === 'string' ? changedAt : null };
}

/** What belongs to the input `field`, for the line below it. */
export const faultOf = (problem: Problem | null, field: string): string | undefined =>
  problem?.field === field || problem?.field?.startsWith(`${field}.`) || problem?.field === `input.${field}`
    ? problem.message
    : undefined;
