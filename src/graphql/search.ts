import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql';
import type { Hit } from '../domain/search.js';
import { badInput } from '../errors.js';
import type { Context } from './context.js';
import { enumOf } from './enum.js';
import { described, nullable, objectOf } from './fields.js';

type Kind = Hit['kind'] | 'CONVERSATION' | 'TURN' | 'DELIVERY';

const SearchKind = enumOf<Kind>('SearchKind', 'What was found.', {
  BOT: null,
  CHANNEL: null,
  APP: null,
  USER: 'A user of the account.',
  CONVERSATION: 'By its id, or by the whole id of its end user.',
  TURN: 'By its trace id.',
  DELIVERY: 'By its webhook-id.',
});

const SearchHit = objectOf('SearchHit', null, {
  kind: SearchKind,
  id: described(ID, 'For a turn, its trace id.'),
  name: String,
  detail: nullable(String, 'What tells it from others of the name.'),
  botId: nullable(ID),
});

/** Characters of what is searched; fewer find nothing, more: BAD_USER_INPUT. */
const LENGTH = { least: 2, most: 300 };
const MOST_CONVERSATIONS = 5;

@Resolver()
export class SearchResolver {
  @Query(() => [SearchHit], {
    description: 'By a part of a name, the beginning of an id, or the whole id of an end user, a trace or a message.',
  })
  async search(@Arg('text', () => String) given: string, @Ctx() ctx: Context) {
    const text = given.trim();
    if (text.length > LENGTH.most) throw badInput('text', `Search for at most ${LENGTH.most} characters.`);
    if (text.length < LENGTH.least) return [];
    const [known, said] = await Promise.all([ctx.domain.search.find(ctx.viewer, text), ofConversations(ctx, text)]);
    return [...said, ...known];
  }
}

/** What was said, by ids alone: no text is read. */
async function ofConversations({ ports, viewer }: Context, text: string) {
  const { conversations, deliveries } = ports;
  if (text.startsWith('RTM-TRACE-')) {
    const turn = await conversations?.turn(viewer, { traceId: text });
    return turn ? [hit('TURN', text, text)] : [];
  }
  if (text.startsWith('ms-')) {
    const page = await deliveries?.list(viewer, { ids: [text], first: 1 });
    return (page?.edges ?? []).map(({ node }) => hit('DELIVERY', node.id, node.id));
  }
  const found = text.startsWith('cv-')
    ? await conversations?.byIds(viewer, [text])
    : (await conversations?.list(viewer, { user: text, first: MOST_CONVERSATIONS }))?.edges.map(({ node }) => node);
  return (found ?? []).map(({ id, user }) => hit('CONVERSATION', id, user));
}

const hit = (kind: Kind, id: string, name: string) => ({
  kind,
  id,
  name,
  detail: id === name ? null : id,
  botId: null,
});
