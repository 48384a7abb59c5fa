import type { Middleware } from 'koa';
import type { Viewer } from '../domain/access.js';
import type { Domain } from '../domain/domain.js';
import { numberField, queryFields } from './body.js';
import { type EndpointDeps, endpoint } from './endpoint.js';

export interface BotsDeps extends EndpointDeps {
  domain: Pick<Domain, 'appScopes' | 'bots'>;
}

type Bot = NonNullable<Awaited<ReturnType<Domain['bots']['get']>>>;

const MAX_LIMIT = 50;
/** Bots read in one statement on the way to an offset. */
const READ_AT_ONCE = 100;

/** `GET …/bots?offset&limit` (management-api.md): `offset` is a place in the list, which serves those who count pages, too. */
export const bots = (deps: BotsDeps): Middleware =>
  endpoint(deps, ['BOT_LIST'], async ({ ctx, viewer }) => {
    const query = queryFields(ctx);
    const offset = numberField(query, 'offset', 0);
    const limit = Math.max(1, Math.min(numberField(query, 'limit', MAX_LIMIT), MAX_LIMIT));
    const { total, found } = await botsFrom(deps.domain.bots, viewer, offset, limit + 1);
    return { total, availableMore: found.length > limit, bots: found.slice(0, limit).map(toAnswer) };
  });

/** Lists are read by cursor: what stands before the offset is passed over. */
async function botsFrom(
  list: Domain['bots'],
  viewer: Viewer,
  offset: number,
  count: number,
): Promise<{ total: number; found: Bot[] }> {
  const found: Bot[] = [];
  let after: string | undefined;
  let passed = 0;
  for (;;) {
    const page = await list.list(viewer, { first: READ_AT_ONCE, after });
    const nodes = page.edges.map(({ node }) => node);
    found.push(...nodes.slice(Math.max(0, offset - passed)).slice(0, count - found.length));
    passed += nodes.length;
    after = page.edges.at(-1)?.cursor;
    if (found.length === count || !page.hasNextPage) return { total: await page.count(), found };
  }
}

const toAnswer = ({ id, name, accountId, description, defaultLanguage, liveVersionId, createdAt }: Bot) => ({
  _id: id,
  name,
  accountId,
  purpose: 'customer',
  type: 'default',
  defaultLanguage,
  status: liveVersionId === null ? 'configured' : 'published',
  icon: '',
  description: description ?? '',
  isLinkedTo: [],
  createdOn: new Date(createdAt).toISOString(),
});
