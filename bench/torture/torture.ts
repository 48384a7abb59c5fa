import { parseArgs } from 'node:util';
import { startPostgres } from '../../test/support/postgres.js';
import { torture } from './run.js';

/** `npm run torture -- [--cycles N] [--postgres] [--nodes N] [--workers N]`: leaves with 1 when a promise was broken. */
const { values } = parseArgs({
  options: {
    cycles: { type: 'string', default: '100' },
    postgres: { type: 'boolean', default: false },
    nodes: { type: 'string', default: '1' },
    workers: { type: 'string', default: '1' },
    'max-life-ms': { type: 'string', default: '1000' },
    'lease-ms': { type: 'string' },
  },
});

const postgres = values.postgres ? await startPostgres({ fsync: true }) : null;
if (postgres && 'skipped' in postgres) throw new Error(`There is no PostgreSQL: ${postgres.skipped}`);
const report = await torture({
  cycles: Number(values.cycles),
  nodes: Number(values.nodes),
  workers: Number(values.workers),
  maxLifeMs: Number(values['max-life-ms']),
  ...(values['lease-ms'] !== undefined && { leaseMs: Number(values['lease-ms']) }),
  ...(postgres && { databaseUrl: postgres.url }),
  onCycle: (cycle, how) => {
    if (cycle % 10 === 0) process.stdout.write(`${cycle} kills, the last one ${how}\n`);
  },
});
await postgres?.stop(); // its guardian also ends with this process, however that ends

const { violations, kills, ...figures } = report;
process.stdout.write(`${JSON.stringify({ ...figures, kills }, null, 2)}\n`);
for (const violation of violations.slice(0, 50)) process.stdout.write(`BROKEN  ${violation}\n`);
process.stdout.write(violations.length === 0 ? 'Every promise was kept.\n' : `${violations.length} promises broken.\n`);
process.exit(violations.length === 0 ? 0 : 1);
