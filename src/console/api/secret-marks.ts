/** Marks of secrets by their names, as every `secretMarks` of the API has them; none for something new. */
export const marksIn = (holder: { secretMarks: unknown } | null | undefined): Record<string, string | null> =>
  (holder?.secretMarks ?? {}) as Record<string, string | null>; // as the schema describes them
