import type { AlertFacts } from '../store/tables/alert-incidents.js';
import type { AlertState, IncidentTopic } from './rules.js';

/** What an alert is put into words from. */
export interface Told {
  state: AlertState;
  facts: AlertFacts;
  /** Names of what the facts name by id. */
  bot: string | null;
  channel: string | null;
  /** Occurrences since the alert before. */
  count: number;
}

export interface Words {
  title: string;
  text: string;
  /** The page of the console that helps. */
  path: string;
}

/** One function a topic; each says what is the matter and what helps. */
export const WORDS: Record<IncidentTopic, (told: Told) => Words> = {
  DELIVERY_DEAD({ facts, count, ...told }) {
    const channel = channelOf(told);
    const many = count === 1 ? 'A message' : `${count} messages`;
    return {
      title: `${many} not delivered: ${channel}`,
      text: `${many} of ${channel} could not be delivered to the POST URL and ${count === 1 ? 'was' : 'were'} given up.${because(facts.error)} Replay ${count === 1 ? 'it' : 'them'} once the endpoint works.`,
      path: channelPath(facts),
    };
  },

  ENDPOINT_FAILING({ facts, state }) {
    const origin = text(facts.origin);
    if (state === 'ENDED')
      return {
        title: `Endpoint works again: ${origin}`,
        text: `${origin} takes callbacks again. What waited for it is being delivered.`,
        path: '/dashboard',
      };
    return {
      title: `Endpoint ${state === 'OPENED' ? 'fails' : 'still fails'}: ${origin}`,
      text: `${origin} does not take callbacks.${because(facts.error)} Messages wait, in order, until it works again or their retry window has passed.`,
      path: '/dashboard',
    };
  },

  BOT_FAILING({ state, count, ...told }) {
    const bot = botOf(told);
    return {
      title: `${bot.replace(/^./, (first) => first.toUpperCase())} ${state === 'OPENED' ? 'fails' : 'still fails'}`,
      text: `${count === 1 ? 'A message' : `${count} messages`} to ${bot} ended in its failure response${state === 'OPENED' ? '' : ' since the last alert'}. The conversations show the error of each turn.`,
      path: '/conversations',
    };
  },

  DISK_LOW: ({ facts, state }) => ({
    title: state === 'OPENED' ? 'The disk is nearly full' : 'The disk is still nearly full',
    text: `Of a machine that serves your account, ${text(facts.fault)}. Messages are refused with 503 until there is room.`,
    path: '/dashboard',
  }),

  SECRET_EXPIRING({ facts, ...told }) {
    const what = SECRETS[text(facts.kind)] ?? 'A secret';
    const name = facts.name === null || facts.name === undefined ? channelOf(told) : `“${text(facts.name)}”`;
    return {
      title: `${what} of ${name} ends on ${text(facts.endsAt).slice(0, 10)}`,
      text: `${what} of ${name} is good until ${text(facts.endsAt)}. ${REMEDIES[text(facts.kind)] ?? 'Replace it before then.'}`,
      path: PATHS[text(facts.kind)] ?? channelPath(facts),
    };
  },

  APPROVAL_REQUESTED({ facts, ...told }) {
    const what = requested(facts, told);
    return {
      title: `Approval requested: ${what}`,
      text: `${text(facts.by)} asks for the approval of ${what}. Until an ADMIN decides, what was approved before stays in force.`,
      path: '/approvals',
    };
  },

  APPROVAL_DECIDED({ facts, ...told }) {
    const what = requested(facts, told);
    const decision = text(facts.decision).toLowerCase();
    return {
      title: `Request ${decision}: ${what}`,
      text: `${text(facts.by)} has ${decision} ${what}.`,
      path: '/approvals',
    };
  },

  JOB_FINISHED({ facts: { jobId, kind, status, ...numbers } }) {
    const ended = `${JOBS[text(kind)] ?? text(kind)} ${ENDS[text(status)] ?? text(status)}`;
    const counts = Object.entries(numbers).flatMap(([name, value]) =>
      typeof value === 'number' ? [`${name} ${value}`] : [],
    );
    return {
      title: ended,
      text: `${ended} (${text(jobId)}): ${counts.join(', ')}.`,
      path: '/audit',
    };
  },

  CANARY_ENDED({ facts, ...told }) {
    const promoted = facts.state === 'PROMOTED';
    const version = `version ${text(facts.version)} of ${botOf(told)}`;
    return {
      title: `Canary ${promoted ? 'promoted' : 'rolled back'}: ${version}`,
      text: promoted
        ? `${text(facts.by)} has had ${version} serve everybody.`
        : `${text(facts.by)} has taken ${version} back: the version before serves everybody again.`,
      path: typeof facts.botId === 'string' ? `/bots/${facts.botId}` : '/dashboard',
    };
  },

  AUDIT_ENTRY({ facts: { actor, action, subject, subjectName, address } }) {
    const where = address === null ? '' : ` from ${address}`;
    return {
      title: `${text(action)} by ${text(actor)}`,
      text: `${text(actor)} did ${text(action)} to ${text(subjectName ?? subject)}${where}.`,
      path: '/audit',
    };
  },
};

const JOBS: Record<string, string> = { REPLAY: 'The replay of deliveries' };

const ENDS: Record<string, string> = { DONE: 'is done', CANCELED: 'was cancelled', FAILED: 'has failed' };

const SECRETS: Record<string, string> = {
  API_TOKEN: 'The API token',
  APP_SECRET: 'The previous client secret',
  SIGNING_SECRET: 'The previous signing secret',
  CERTIFICATE: 'A certificate',
};

const REMEDIES: Record<string, string> = {
  API_TOKEN: 'Make a new one and give it to whoever uses this one.',
  APP_SECRET: 'Callers that still sign with it have to be given the new one by then.',
  SIGNING_SECRET: 'Receivers that still check with it have to be given the new one by then.',
  CERTIFICATE: 'Set a new one in the delivery settings of the channel.',
};

const PATHS: Record<string, string> = { API_TOKEN: '/users', APP_SECRET: '/apps' };

const text = (fact: string | number | null | undefined): string => String(fact ?? 'unknown');

const because = (error: string | number | null | undefined): string =>
  error === null || error === undefined ? '' : ` The last error: ${error}`;

const botOf = ({ bot }: Pick<Told, 'bot'>): string => (bot === null ? 'a bot' : `the bot “${bot}”`);

const channelOf = ({ channel, bot }: Pick<Told, 'bot' | 'channel'>): string =>
  channel === null ? 'a channel' : `the channel “${channel}” of ${botOf({ bot })}`;

const channelPath = ({ botId, channelId }: AlertFacts): string =>
  botId && channelId ? `/bots/${botId}/channels/${channelId}` : '/dashboard';

const KINDS: Record<string, string> = { CHANNEL: 'the new', CHANNEL_UPGRADE: 'an upgrade of the' };

function requested(facts: AlertFacts, { bot, channel }: Pick<Told, 'bot' | 'channel'>): string {
  if (typeof facts.rollbackOf === 'number') return `the roll back of ${botOf({ bot })} to version ${facts.rollbackOf}`;
  if (facts.kind === 'PUBLISH') return `a publish of ${botOf({ bot })}`;
  const named = channelOf({ bot, channel });
  return `${KINDS[text(facts.kind)] ?? 'the'} ${named.replace(/^(the|a) /, '')}`;
}
