import { Command, InvalidArgumentError } from 'commander';
import type { AdminClient, ReplayJob } from '../admin/admin.js';
import { momentOf } from './moment.js';
import { reasonOf } from './reason.js';
import { type ServerOptions, serverAt, withServer } from './server-options.js';

const AFTERWARDS = `
Name at least one of --channel, --bot, --user and --since. Progress goes to standard error. Ctrl-C cancels the replay: what
was sent stays sent. A second Ctrl-C leaves it to the server, which goes on.

Exit codes: 0 done, 1 failed, 2 wrong arguments, 3 cancelled by somebody else, 130 cancelled by Ctrl-C.

  hookswitch replay --token <token> --channel ivrInst-… --since 6h --dry-run
  hookswitch replay --token <token> --bot st-… --since 2026-11-28T09:00:00Z --per-second 50`;

const LOOK_EVERY_MS = 500;
/** Looks in a row that may fail before the server counts as gone. */
const MAX_FAILED_LOOKS = 20;
const EXIT = { DONE: 0, FAILED: 1, CANCELED: 3, RUNNING: 0 } as const;
const INTERRUPTED = 130;

type Status = 'DEAD' | 'DELIVERED' | 'ANY';

interface Options extends ServerOptions {
  channel?: string;
  bot?: string;
  user?: string;
  since?: string;
  until?: string;
  status: Status;
  statusCode?: number;
  perSecond?: number;
  dryRun?: boolean;
}

export function replayVerb(): Command {
  const moment = (text: string) => momentOf(text, Date.now());
  return withServer(new Command('replay'), 'a DEVELOPER or ADMIN')
    .summary('send deliveries again')
    .description('Sends deliveries again that were given up, or others that are over.')
    .option('--channel <id>', 'only deliveries of this channel')
    .option('--bot <id>', 'only deliveries of this bot')
    .option('--user <id>', 'only deliveries to this end user')
    .option('--since <time>', 'made then or later: a date and time, or 30m, 6h, 2d for so long ago', moment)
    .option('--until <time>', 'made before then', moment)
    .option('--status <status>', 'DEAD, DELIVERED, or ANY for both', statusOf, 'DEAD')
    .option('--status-code <code>', 'only those whose last attempt was answered with this code', numberOf)
    .option('--per-second <count>', 'deliveries a second (default: 100)', numberOf)
    .option('--dry-run', 'only counts them')
    .option('--json', 'the result as one line of JSON')
    .addHelpText('after', AFTERWARDS)
    .action(async (options: Options, command: Command) => {
      const { channel, bot, user, since } = options;
      if ([channel, bot, user, since].every((value) => value === undefined))
        command.error('error: Name at least one of --channel, --bot, --user and --since.');
      await replay(options);
    });
}

async function replay({ dryRun = false, json, ...asked }: Options): Promise<void> {
  const server = serverAt(asked);
  const job = await server.startReplay({
    filter: {
      channelId: asked.channel,
      botId: asked.bot,
      user: asked.user,
      status: asked.status === 'ANY' ? null : asked.status,
      statusCode: asked.statusCode,
      from: asked.since,
      to: asked.until,
    },
    perSecond: asked.perSecond,
    dryRun,
  });
  if (dryRun) {
    process.stdout.write(json ? `${JSON.stringify(job)}\n` : `${shownTotal(job)} deliveries match.\n`);
    return;
  }
  const interrupted = cancelOnInterrupt(server, job.id);
  const ended = await follow(server, job);
  process.stdout.write(json ? `${JSON.stringify(ended)}\n` : describe(ended));
  process.exitCode = ended.status === 'CANCELED' && interrupted() ? INTERRUPTED : EXIT[ended.status];
}

/** The first Ctrl-C cancels the job, the second leaves it to the server. */
function cancelOnInterrupt(server: AdminClient, id: string): () => boolean {
  let interrupted = false;
  process.on('SIGINT', () => {
    if (interrupted) {
      process.stderr.write(`\nThe replay ${id} goes on at the server.\n`);
      process.exit(INTERRUPTED);
    }
    interrupted = true;
    process.stderr.write('\nCancelling the replay. Press Ctrl-C again to leave it to the server.\n');
    server.cancelJob(id).catch((error: unknown) => process.stderr.write(`${reasonOf(error)}\n`));
  });
  return () => interrupted;
}

/** Shows how far a job has got until it is over; a server that is away for a moment, say for a restart, is waited for. */
async function follow(server: AdminClient, started: ReplayJob): Promise<ReplayJob> {
  let job = started;
  let failed = 0;
  const show = progressTo(process.stderr);
  show(job);
  while (job.status === 'RUNNING') {
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    try {
      job = (await server.replayJob(job.id)) ?? gone(job.id);
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
  return ({ total, totalIsExact, replayed, skipped }) => {
    const share = total === 0 ? 100 : Math.floor((100 * (replayed + skipped)) / total);
    const counts = `${replayed.toLocaleString('en')} of ${shownTotal({ total, totalIsExact })} replayed, ${skipped.toLocaleString('en')} skipped`;
    if (stream.isTTY) return void stream.write(`\r${share} %  ${counts}`);
    if (performance.now() - lastAt < LINE_EVERY_MS) return;
    lastAt = performance.now();
    stream.write(`${share} %  ${counts}\n`);
  };
}

const OUTCOME = { RUNNING: 'goes on', DONE: 'is done', CANCELED: 'was cancelled', FAILED: 'has failed' };

const shownTotal = ({ total, totalIsExact }: Pick<ReplayJob, 'total' | 'totalIsExact'>): string =>
  `${total.toLocaleString('en')}${totalIsExact ? '' : '+'}`;

const describe = ({ id, status, total, totalIsExact, replayed, skipped, error }: ReplayJob): string =>
  `The replay ${id} ${OUTCOME[status]}: ${replayed} of ${total}${totalIsExact ? '' : '+'} sent again, ${skipped} skipped.${error === null ? '' : ` ${error}`}\n`;

function statusOf(text: string): Status {
  const status = text.toUpperCase();
  if (status === 'DEAD' || status === 'DELIVERED' || status === 'ANY') return status;
  throw new InvalidArgumentError('It takes DEAD, DELIVERED or ANY.');
}

function numberOf(text: string): number {
  const number = Number(text);
  if (text.trim() === '' || !Number.isFinite(number)) throw new InvalidArgumentError('It takes a number.');
  return number;
}

function gone(id: string): never {
  throw new Error(`The server knows no replay ${id} any more.`);
}
