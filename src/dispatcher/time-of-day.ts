import type { Clock } from '../time.js';

/** Steps of the time of day below this are not noticed, in milliseconds. */
const NOTICED_MS = 1_000;

/**
 * Tells by how many milliseconds the time of day has been set back since it was last asked. Due times in the database are
 * times of day: after a step back, what rests there would rest longer than it was to.
 */
export function watchTimeOfDay(clock: Clock): () => number {
  const offset = () => clock.now() - clock.monotonicNow();
  let known = offset();
  return () => {
    const setBackBy = known - offset();
    known = offset();
    return setBackBy >= NOTICED_MS ? setBackBy : 0;
  };
}
