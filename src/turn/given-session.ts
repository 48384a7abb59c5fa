import type { SessionRow } from '../store/tables/sessions.js';
import type { Sessions } from './sessions.js';

/** The one session that a turn is run with again: given instead of read, and never stored. */
export const givenSession = (row: SessionRow, isNew: boolean): Sessions => ({
  open: async () => ({ row, isNew, erasures: 0 }),
  openAtRest: async () => null,
  overtaken() {},
  committed() {},
  forget() {},
  beginErasing() {},
  endErasing() {},
  isErased: () => false,
});
