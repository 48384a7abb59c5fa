import { DAY } from '../src/time.js';
import { controlPlaneOf } from '../test/support/app.js';
import type { ChildServer } from './child-server.js';
import { atMost, type Figure, quantile } from './report.js';

const ROUNDS = 40;
const WARM_UP = 10;
/** Milliseconds within which every list is there, whatever is asked for. */
const GOAL_MS = 300;

/** Every list and nested list of a large store as pages of 50 with their totals, by what is hardest to find, and what sums all up. */
export async function measureLists(server: ChildServer): Promise<Figure[]> {
  const door = controlPlaneOf(server.url);
  const figures: Figure[] = [];
  for (const [work, document] of Object.entries(await documents(server.url))) {
    for (let round = 0; round < WARM_UP; round += 1) await door.gql(document);
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const begun = performance.now();
      await door.gql(document);
      times.push(performance.now() - begun);
    }
    figures.push(atMost(`${work}, p95`, quantile(times, 0.95), GOAL_MS, 'ms'));
  }
  return figures;
}

const page = (list: string, fields: string): string => `{ ${list} { totalCount edges { cursor node { ${fields} } } } }`;

async function documents(url: string): Promise<Record<string, string>> {
  const door = controlPlaneOf(url);
  const half = await door.gql('{ bots(first: 100) { edges { cursor } } }');
  const { cursor } = half.bots.edges.at(-1);
  const channel = 'id name status functional blockers webhookUrl webhookUrlV2 app { name }';
  const bots = (fields: string) => page('bots(first: 50)', `id ${fields}`);
  const lists: Record<string, string> = {
    bots: bots('name kind state createdAt updatedAt'),
    'bots, a later page': page(`bots(first: 50, after: "${cursor}")`, 'id name state'),
    'bots, searched': page('bots(first: 50, search: "bot 99")', 'id name state'),
    'bots with 500 channels': bots(`state channels { ${channel} }`),
    'bots with versions and their channels': bots(
      'liveVersion { number } versions(first: 5) { totalCount edges { node { number status channels { name } } } }',
    ),
    'bots with messages and overrides': bots(
      'messages(first: 5) { totalCount edges { node { key contents { value } overrides { id } } } }',
    ),
    'bots with variables, parent and children': bots('variables { key filled } parent { name } children { name }'),
    'apps with channels': page('apps(first: 50)', `clientId name channels { ${channel} }`),
    'approval requests, pending': page(
      'approvalRequests(first: 50, status: PENDING)',
      'kind changes createdAt bot { name state } channel { name status } version { number channels { name } } requestedBy { name }',
    ),
    'approval requests, all': page('approvalRequests(first: 50)', 'kind status bot { name } channel { name }'),
    'audit log': page('auditLog(first: 50)', 'at actor action subject details'),
    'conversations with turns': page(
      'conversations(first: 50)',
      'user lastMessageAt channel { name } turns(first: 5) { totalCount edges { node { id } } }',
    ),
    'deliveries with attempts': page(
      'deliveries(first: 50)',
      'id status channel { name } attempts { number statusCode }',
    ),
    'users with tokens': '{ users { name role apiTokens { name } } }',
  };
  const found: Record<string, string> = {
    'bots by a state': page('bots(first: 50, state: UPGRADE_IN_PROGRESS, order: NAME)', 'id name state'),
    'channels by a name that none has': page('channels(first: 50, search: "zzzz")', channel),
    'channels by a state that none has': page('channels(first: 50, status: REJECTED)', channel),
    'channels by a tag of 90,000': page('channels(first: 50, tag: "busy", order: CHANGED)', `${channel} tags`),
    'apps by a name that none has': page('apps(first: 50, search: "zzzz")', 'clientId name'),
    'audit log by a name that nobody has': page('auditLog(first: 50, actor: "zzzz")', 'at actor action'),
    'conversations by a text that nobody said': page('conversations(first: 50, text: "zzzz")', 'id user'),
    'conversations that failed': page('conversations(first: 50, failed: true)', 'id user'),
    'deliveries by a status code that none got': page('deliveries(first: 50, statusCode: 204)', 'id status'),
    'deliveries by a status code that all got': page('deliveries(first: 50, statusCode: 200)', 'id status'),
    'deliveries of a user of all bots': page('deliveries(first: 50, user: "user")', 'id status'),
    'deliveries that are dead': page('deliveries(first: 50, status: DEAD)', 'id status'),
  };
  const summed: Record<string, string> = {
    'search by a name that none has': '{ search(text: "zzzz") { kind id name } }',
    'what Home shows': ATTENTION,
    'figures of all bots for a day': figuresOf(Date.now() - DAY, Date.now()),
    'deliveries to be sent again, counted':
      'mutation { replayDeliveries(filter: { from: "2001-01-01T00:00:00Z" }, dryRun: true) { total totalIsExact } }',
  };
  const pages = Object.entries({ ...lists, ...found }).map(([work, document]) => [`page of 50: ${work}`, document]);
  return { ...Object.fromEntries(pages), ...summed };
}

const ATTENTION = `{ attention { channels { working callbacksFailing callbacksBlocked hindered disabled }
  failingChannels { id name } hinderedChannels { id name blockers } deadLetterCount deadLetters { count channel { name } }
  unfilledBotCount unfilledVariables { keys } failingBots { failed bot { name } } ending { kind endsAt }
  traffic { from messagesIn messagesOut failed } } }`;

function figuresOf(from: number, to: number): string {
  const sums = 'from messagesIn messagesOut failed responseTimeP95Ms';
  const [begin, end] = [from, to].map((at) => new Date(at).toISOString());
  return `{ botMetrics(from: "${begin}", to: "${end}", interval: HOUR) {
    total { ${sums} } series { ${sums} } bots { bot { name } total { ${sums} } } } }`;
}
