import { Command, InvalidArgumentError } from 'commander';
import type { AdminClient, Canary } from '../admin/admin.js';
import { type ServerOptions, serverAt, withServer } from './server-options.js';

const AFTERWARDS = `
Exit codes: 0 done, 1 failed, 2 wrong arguments, 4 status --wait: it was rolled back.

  hookswitch canary start --token <token> --bot st-… --share 0.1 --promote --min-hours 48
  hookswitch canary status --token <token> --bot st-… --wait
  hookswitch canary promote --token <token> --bot st-… --comment 'No complaints'
  hookswitch canary end --token <token> --bot st-… --reason 'Prices are wrong'`;

const LOOK_EVERY_MS = 2_000;
const ROLLED_BACK = 4;

interface OfBot extends ServerOptions {
  bot: string;
}

interface StartOptions extends OfBot {
  share: number;
  channel?: string[];
  promote?: true;
  rollBack: boolean;
  minHours?: number;
  minConversations?: number;
  comment?: string;
  check?: string;
  checkReason?: string;
  approve?: true;
}

export function canaryVerb(): Command {
  const verb = (name: string, role: string, description: string) =>
    withServer(new Command(name), role)
      .description(description)
      .requiredOption('--bot <id>', 'the bot')
      .option('--json', 'the result as one line of JSON')
      .addHelpText('after', AFTERWARDS);
  return new Command('canary')
    .summary('serve a share of the conversations first')
    .description(
      'A version that serves a share of the conversations: publish one, look at it, promote it or roll it back.',
    )
    .addCommand(
      verb('start', 'a DEVELOPER or ADMIN', 'Publishes the draft as a canary; it begins when it is approved.')
        .requiredOption('--share <share>', 'of the conversations, from 0.001 to 0.99', numberOf)
        .option('--channel <id...>', 'only on these channels')
        .option('--promote', 'its rule promotes it once it is shown to be no worse')
        .option('--no-roll-back', 'its rule does not roll it back when it is shown to be worse')
        .option('--min-hours <hours>', 'before its rule promotes it (default: 24)', numberOf)
        .option('--min-conversations <count>', 'on it before its rule promotes it (default: 200)', numberOf)
        .option('--comment <text>', 'for who approves it')
        .option('--check <id>', 'a check of the draft, for who approves it')
        .option('--check-reason <text>', 'why it goes without the check that the account asks for')
        .option('--approve', 'approves it in the same step; takes an ADMIN')
        .action(start),
    )
    .addCommand(
      verb('status', 'anybody who may read the bot', 'Shows both sides of the canary that runs, or of the last one.')
        .option('--wait', 'waits until it has ended')
        .action(status),
    )
    .addCommand(
      verb('share', 'an ADMIN', 'Gives it another share of the conversations that begin from now on.')
        .requiredOption('--share <share>', 'from 0.001 to 0.99', numberOf)
        .action(({ share, ...options }: OfBot & { share: number }) =>
          change(options, (server, { id }) => server.updateCanary(id, share)),
        ),
    )
    .addCommand(
      verb('promote', 'an ADMIN', 'Lets it serve everybody.')
        .option('--comment <text>', 'for the audit log')
        .action(({ comment, ...options }: OfBot & { comment?: string }) =>
          change(options, (server, { id }) => server.promoteCanary(id, comment)),
        ),
    )
    .addCommand(
      verb('end', 'a DEVELOPER or ADMIN', 'Rolls it back: the live version serves everybody again.')
        .option('--reason <text>', 'for the audit log')
        .action(({ reason, ...options }: OfBot & { reason?: string }) =>
          change(options, (server, { id }) => server.rollBackCanary(id, reason)),
        ),
    );
}

async function start({ bot, share, channel, promote, rollBack, minHours, minConversations, ...options }: StartOptions) {
  const rule = { promote, rollBack, minHours, minConversations };
  const version = await serverAt(options).publish({
    botId: bot,
    ...(options.comment !== undefined && { comment: options.comment }),
    ...(options.check !== undefined && { checkId: options.check }),
    ...(options.checkReason !== undefined && { checkReason: options.checkReason }),
    ...(options.approve && { approve: true }),
    canary: { share, channelIds: channel, rule },
  });
  const serves = `${percent(share)} of the conversations`;
  const told =
    version.status === 'CANARY'
      ? `Version ${version.number} serves ${serves}.`
      : `Version ${version.number} waits for an approval. It serves ${serves} once it has one.`;
  process.stdout.write(options.json ? `${JSON.stringify(version)}\n` : `${told}\n`);
}

async function status({ bot, wait, json, ...at }: OfBot & { wait?: true }): Promise<void> {
  const server = serverAt(at);
  let canary = await newest(server, bot);
  while (wait && canary.state === 'RUNNING') {
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    canary = await newest(server, bot);
  }
  process.stdout.write(json ? `${JSON.stringify(canary)}\n` : describe(canary));
  if (wait && canary.state === 'ROLLED_BACK') process.exitCode = ROLLED_BACK;
}

async function change(
  { bot, json, ...at }: OfBot,
  apply: (server: AdminClient, running: Canary) => Promise<Canary>,
): Promise<void> {
  const server = serverAt(at);
  const running = await newest(server, bot);
  if (running.state !== 'RUNNING') throw new Error(`No canary of the bot runs: the last one ${WORDS[running.state]}.`);
  const changed = await apply(server, running);
  process.stdout.write(json ? `${JSON.stringify(changed)}\n` : describe(changed));
}

/** The one that runs, or the last one. */
async function newest(server: AdminClient, botId: string): Promise<Canary> {
  const canaries = await server.canaries(botId);
  if (!canaries) throw new Error(`There is no bot ${botId}, or this token may not read it.`);
  const [first] = canaries;
  if (!first) throw new Error('The bot has had no canary yet. Publish one with: hookswitch canary start');
  return first;
}

const WORDS = { RUNNING: 'runs', PROMOTED: 'was promoted', ROLLED_BACK: 'was rolled back' } as const;

const percent = (share: number): string => `${Number((share * 100).toFixed(1))} %`;

const METRICS = { FAILED: 'failures', UNIDENTIFIED: 'not understood', SLOW: 'slowness' } as const;
const FINDINGS = {
  WORSE: 'shown to be worse',
  NO_WORSE: 'shown to be no worse',
  OPEN: 'nothing is shown yet',
} as const;

function describe({ state, share, reason, endedBy, candidate, baseline, sides, evidence }: Canary): string {
  const who = endedBy ? ` by ${endedBy.name}` : '';
  const head =
    state === 'RUNNING'
      ? `Version ${candidate.number} serves ${percent(share)} of the conversations, version ${baseline.number} the others.`
      : `The canary of version ${candidate.number} ${WORDS[state]}${who}.${reason === null ? '' : ` ${reason}`}`;
  const lines = sides.map((side) => {
    const { number } = side.side === 'CANDIDATE' ? candidate : baseline;
    const in_ = `${side.conversationsFailed} with a failure, ${side.conversationsUnidentified} with something not understood, ${side.conversationsSlow} slow`;
    const p95 = side.responseTimeP95Ms === null ? '' : `, p95 ${Math.round(side.responseTimeP95Ms)} ms`;
    return `  version ${number}: ${side.conversations} conversations (${in_}); ${side.turns} turns, ${side.tasksFulfilled} of ${side.tasksEnded} tasks fulfilled${p95}`;
  });
  const shown = evidence.metrics.map(({ metric, finding }) => `  ${METRICS[metric]}: ${FINDINGS[finding]}`);
  return `${[head, ...lines, ...shown].join('\n')}\n`;
}

function numberOf(text: string): number {
  const number = Number(text);
  if (text.trim() === '' || !Number.isFinite(number)) throw new InvalidArgumentError('It takes a number.');
  return number;
}
