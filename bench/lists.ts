import { controlPlaneOf } from '../test/support/app.js';
import type { ChildServer } from './child-server.js';
import { atMost, type Figure, quantile } from './report.js';

const ROUNDS = 60;
const WARM_UP = 20;
const GOAL_MS = 50;

/** Every list and nested list of a large store, as pages of 50. */
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
    figures.push(atMost(`page of 50: ${work}, p95`, quantile(times, 0.95), GOAL_MS, 'ms'));
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
  return {
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
}
