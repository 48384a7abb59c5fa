/** Descriptions of how two people who change the same are told of each other. */
export const SECRET_MARKS =
  'By the name of each secret, a text that changes when it does and tells nothing else of it; null: there is none. Send it back in `expected`.';
export const EXPECTED_FIELDS =
  'Fields as you saw them, secrets by their `secretMarks`. CONFLICT when one is another by now, with who changed it and, unless it is secret, what it is.';
