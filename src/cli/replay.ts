import { parseArgs } from 'node:util';
import { type Door, doorTo } from './graphql-door.js';
import { momentOf } from './moment.js';

const USAGE = `Sends deliveries again that were given up, or others that are over.

  npm run replay -- --token <API token> --channel ivrInst-… --since 6h [--dry-run]
  npm run replay -- --token <API token> --bot st-… --since 2026-11-28T09:00:00Z --per-second 50

  --token        an API token of a DEVELOPER or ADMIN
  --url          of the server (default http://localhost:4000)
  --channel      only deliveries of this channel
  --bot          only deliveries of this bot
  --user         only deliveries to this end user
  --since        made then or later: a date and time, or 30m, 6h, 2d for so long ago
  --until        made before then
  --status       DEAD (default), DELIVERED, or ANY for both
  --status-code  only those whose last attempt was answered with this code
  --per-second   deliveries a second (default 100)
  --dry-run      only counts them
  --json         the result as one line of JSON

Name at least one of --channel, --bot, --user and --since. Progress goes to standard error. Ctrl-C cancels the replay: what
was sent stays sent. A second Ctrl-C leaves it to the server, which goes on.

Exit codes: 0 done, 1 failed, 2 wrong arguments, 3 cancelled by somebody else, 130 cancelled by Ctrl-C.
`;

interface ReplayJob {
  id: string;
  status: 'RUNNING' | 'DONE' | 'CANCELED' | 'FAILED';
  total: number;
  replayed: number;
  skipped: number;
  error: string | null;
}

const FIELDS = 'id status total replayed skipped createdAt finishedAt error';
const START = `mutation($filter: DeliveryFilter!, $perSecond: Float, $dryRun: Boolean) {
  job: replayDeliveries(filter: $filter, perSecond: $perSecond, dryRun: $dryRun) { ${FIELDS} } }`;
const LOOK = `query($id: ID!) { job: replayJob(id: $id) { ${FIELDS} } }`;
const CANCEL = 'mutation($id: ID!) { cancelJob(id: $id) }';

const LOOK_EVERY_MS = 500;
/** Looks in a row that may fail before the server counts as gone. */
const MAX_FAILED_LOOKS = 20;
const EXIT = { DONE: 0, FAILED: 1, CANCELED: 3, RUNNING: 0 } as const;
const INTERRUPTED = 130;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      token: { type: 'string' },
      url: { type: 'string', default: 'http://localhost:4000' },
      channel: { type: 'string' },
      bot: { type: 'string' },
      user: { type: 'string' },
      since: { type: 'string' },
      until: { type: 'string' },
      status: { type: 'string', default: 'DEAD' },
      'status-code': { type: 'string' },
      'per-second': { type: 'string' },
      'dry-run': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h' },
    },
  });
  const { token, channel, bot, user, since, json } = values;
  const isNarrow = [channel, bot, user, since].some((value) => value !== undefined);
  if (values.help || !token || !isNarrow) {
    process.stdout.write(USAGE);
    if (!values.help) process.exitCode = 2;
    return;
  }
  const door = doorTo(values.url, token);
  const status = values.status.toUpperCase();
  const dryRun = values['dry-run'];
  const { job } = await door<{ job: ReplayJob }>(START, {
    filter: {
      channelId: channel,
      botId: bot,
      user,
      status: status === 'ANY' ? null : status,
      statusCode: numberOf('--status-code', values['status-code']),
      from: momentOf('--since', since, Date.now()),
      to: momentOf('--until', values.until, Date.now()),
    },
    perSecond: numberOf('--per-second', values['per-second']),
    dryRun,
  });
  if (dryRun) {
    process.stdout.write(json ? `${JSON.stringify(job)}\n` : `${job.total.toLocaleString('en')} deliveries match.\n`);
    return;
  }
  const interrupted = cancelOnInterrupt(door, job.id);
  const ended = await follow(door, job);
  process.stdout.write(json ? `${JSON.stringify(ended)}\n` : describe(ended));
  process.exitCode = ended.status === 'CANCELED' && interrupted() ? INTERRUPTED : EXIT[ended.status];
}

/** The first Ctrl-C cancels the job, the second leaves it to the server. */
function cancelOnInterrupt(door: Door, id: string): () => boolean {
  let interrupted = false;
  process.on('SIGINT', () => {
    if (interrupted) {
      process.stderr.write(`\nThe replay ${id} goes on at the server.\n`);
      process.exit(INTERRUPTED);
    }
    interrupted = true;
    process.stderr.write('\nCancelling the replay. Press Ctrl-C again to leave it to the server.\n');
    door(CANCEL, { id }).catch(report);
  });
  return () => interrupted;
}

/** Shows how far a job has got until it is over; a server that is away for a moment, say for a restart, is waited for. */
async function follow(door: Door, started: ReplayJob): Promise<ReplayJob> {
  let job = started;
  let failed = 0;
  const show = progressTo(process.stderr);
  show(job);
  while (job.status === 'RUNNING') {
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    try {
      job = (await door<{ job: ReplayJob | null }>(LOOK, { id: job.id })).job ?? gone(job.id);
      failed = 0;
      show(job);
    } catch (error) {
      failed += 1;
      if (failed === MAX_FAILED_LOOKS) throw error;
    }
  }
  if (process.stderr.isTTY) process.stderr.write('\n');
  return job;
}

const LINE_EVERY_MS = 10_000;

/** One line that changes on a terminal; elsewhere a line now and then. */
function progressTo(stream: NodeJS.WriteStream): (job: ReplayJob) => void {
  let lastAt = Number.NEGATIVE_INFINITY;
  return ({ total, replayed, skipped }) => {
    const share = total === 0 ? 100 : Math.floor((100 * (replayed + skipped)) / total);
    const counts = `${replayed.toLocaleString('en')} of ${total.toLocaleString('en')} replayed, ${skipped.toLocaleString('en')} skipped`;
    if (stream.isTTY) return void stream.write(`\r${share} %  ${counts}`);
    if (performance.now() - lastAt < LINE_EVERY_MS) return;
    lastAt = performance.now();
    stream.write(`${share} %  ${counts}\n`);
  };
}

const OUTCOME = { RUNNING: 'goes on', DONE: 'is done', CANCELED: 'was cancelled', FAILED: 'has failed' };

const describe = ({ id, status, total, replayed, skipped, error }: ReplayJob): string =>
  `The replay ${id} ${OUTCOME[status]}: ${replayed} of ${total} sent again, ${skipped} skipped.${error === null ? '' : ` ${error}`}\n`;

/** Undefined where nothing was given. */
function numberOf(option: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const number = Number(value);
  if (value.trim() === '' || !Number.isFinite(number))
    throw new RangeError(`${option} takes a number, not "${value}".`);
  return number;
}

function gone(id: string): never {
  throw new Error(`The server knows no replay ${id} any more.`);
}

/** Whether the arguments are wrong: those of node's parser, and of our own. */
const isUsage = (error: unknown): boolean =>
  error instanceof RangeError ||
  (error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'));

function report(error: unknown): void {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
}

main().catch((error: unknown) => {
  report(error);
  process.exitCode = isUsage(error) ? 2 : 1;
});
