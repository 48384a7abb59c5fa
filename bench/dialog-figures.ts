import { benchDialog } from './dialog.js';
import type { Figure } from './report.js';

/** What the dialog engine costs, as lines of the report. */
export async function measureDialog(): Promise<Figure[]> {
  return (await benchDialog()).map(({ name, value, unit, goal }) => ({
    work: name,
    value,
    unit,
    goal: `≤ ${goal}`,
    reached: value <= goal,
  }));
}
