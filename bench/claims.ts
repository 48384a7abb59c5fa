import { join } from 'node:path';
import { migrationSource } from '../migrations/index.js';
import { openDatabase } from '../src/store/database/database.js';
import { migrate } from '../src/store/database/migrate.js';
import { laneStore } from '../src/store/tables/lanes.js';
import { type Figure, median } from './report.js';

const CLAIMED = 50;
const ROUNDS = 60;

/** Claims of 50 lanes with 100,000 lanes waiting against 1,000, in turns. */
export async function measureClaims(folder: string): Promise<Figure[]> {
  const [few, many] = [await waitingLanes(folder, 1_000), await waitingLanes(folder, 100_000)];
  const times: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    times[0].push(await few.claim());
    times[1].push(await many.claim());
  }
  await few.close();
  await many.close();
  const ratio = median(times[1]) / median(times[0]);
  return [
    { work: `claim of ${CLAIMED} lanes, 1,000 waiting`, value: median(times[0]), unit: 'ms' },
    {
      work: 'claims with 100,000 waiting lanes against 1,000',
      value: ratio,
      unit: '×',
      goal: '≤ 1.2',
      reached: ratio <= 1.2,
    },
  ];
}

async function waitingLanes(folder: string, count: number) {
  const database = openDatabase({ url: join(folder, `claims-${count}.db`) });
  await migrate(database.write, migrationSource);
  const lanes = laneStore(database.dialect, 'p1');
  await database.write.raw(
    `insert into lanes (id, direction, conversation_id, channel_id, next_seq, pending, epoch, due)
     with recursive n(i) as (select 1 union all select i + 1 from n where i < ${count})
     select 'cv-' || i || ':out', 'OUT', 'cv-' || i, 'ch', 2, 1, 1, i from n`,
  );
  return {
    /** Milliseconds; the lanes claimed wait again afterwards. */
    async claim(): Promise<number> {
      const begun = performance.now();
      await lanes.claim(database.write, 'OUT', CLAIMED, count + 1, 10 * count);
      const took = performance.now() - begun;
      await database.write('lanes').whereNotNull('owner').update({ owner: null, due: count });
      return took;
    },
    close: () => database[Symbol.asyncDispose](),
  };
}
