/** ERROR: users get something else than was written. WARNING: something may be missing from what they get. */
export type Severity = 'ERROR' | 'WARNING';

/** Stable, like the codes of errors. */
export type ProblemCode =
  | 'SCRIPT_DOES_NOT_PARSE'
  | 'TEMPLATE_IS_NO_JSON'
  | 'TEMPLATE_SHAPE' // JSON, but nothing that clients draw
  | 'TEMPLATE_TYPE_UNKNOWN'
  | 'EXPRESSION_DOES_NOT_PARSE' // inside {{…}}
  | 'PATH_UNKNOWN'; // {{…}} of what nothing in the bot sets

/** What is wrong with something that was written. The place is null where there is none to name. */
export interface Problem {
  severity: Severity;
  code: ProblemCode;
  /** What is wrong, and what comes of it. */
  text: string;
  line: number | null;
  column: number | null;
}

/** A problem with where it was written. */
export interface PlacedProblem extends Problem {
  /** Null: in a script that is no message. */
  messageKey: string | null;
  /** Name of the message, or of what the script belongs to. */
  name: string;
  /** Null: in what all channels say. */
  channelId: string | null;
  language: string | null;
  /** The place among the variants of the message, from 0; null for a script that is no message. */
  variant: number | null;
}

export const isError = ({ severity }: Problem): boolean => severity === 'ERROR';

/** Line and column of a place in a text, from 1. */
export function placeIn(text: string, at: number): Pick<Problem, 'line' | 'column'> {
  const lines = text.slice(0, at).split('\n');
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}
