import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBot, createCaller, goLive, type HookResponse, type LiveChannel } from '../support/app.js';
import { end, engineOf, type Line, lineOf, openLine, said, text, textOf } from '../support/own-bot.js';

const TEMPLATE = JSON.stringify({ type: 'template', payload: { template_type: 'button', text: 'Tea?' } });

/** Says what it was sent, word by word; T is a template. */
const words = engineOf(async function* (turn) {
  for (const word of textOf(turn).split(' ').filter(Boolean))
    yield word === 'T' ? { type: 'said', contents: [{ type: 'TEMPLATE', value: TEMPLATE }] } : said(word);
  yield end(turn);
});

describe('the history of a chat', () => {
  let line: Line;
  beforeAll(async () => {
    line = await openLine(words);
  });
  afterAll(() => line.app.remove());

  const say = (user: string, message: unknown) => line.v2(message, { from: { id: user } });
  const history = (user: string, query = '', type = 'ivr', on = line): Promise<HookResponse> =>
    on.get(
      `/api/chathistory/${on.channel.botId}/${type}?botId=${on.channel.botId}${query}`,
      on.caller.headers({ sub: user }),
    );

  /** As a public mobile client reads it: the first component of each, JSON where it parses. */
  const read = ({ body }: HookResponse) =>
    body.messages.map(
      ({
        type,
        tags,
        components,
      }: {
        type: string;
        tags: { altText: string[] };
        components: { data: { text: string } }[];
      }) => {
        const shown = tags.altText[0] ?? components[0]?.data.text ?? '';
        return type === 'outgoing' && shown.startsWith('{') ? JSON.parse(shown).payload.text : `${type}: ${shown}`;
      },
    );

  it('is what the user of the token and the bot said, oldest first', async () => {
    await say('ada', { type: 'event', val: 'ON_CONNECT' });
    const first = await say('ada', text('one T'));
    await say('ada', text('two'));
    await say('bob', text('secret'));
    const answer = await history('ada');
    expect(answer).toMatchObject({ status: 200, body: { botId: line.channel.botId, moreAvailable: false } });
    expect(read(answer)).toEqual(['incoming: one T', 'outgoing: one', 'Tea?', 'incoming: two', 'outgoing: two']);
    const [, reply] = answer.body.messages;
    expect(reply).toMatchObject({
      _id: first.body.data[0].messageId,
      createdOn: first.body.data[0].createdOn,
      traceId: first.body.traceId,
    });
    expect((await history('ada', '', line.channel.id)).body.messages).toHaveLength(5);
    expect((await history('nobody')).body).toMatchObject({ moreAvailable: false, messages: [] });
  });

  it('comes in pages from the latest back', async () => {
    for (let turn = 1; turn <= 55; turn += 1) await say('cy', text(`m${turn}`));
    const pages: string[][] = [];
    for (let offset = 0, more = true; more; offset = pages.flat().length) {
      const answer = await history('cy', `&limit=30&offset=${offset}`);
      pages.unshift(read(answer));
      more = answer.body.moreAvailable;
    }
    expect(pages.map(({ length }) => length)).toEqual([20, 30, 30, 30]);
    expect(pages.flat()).toEqual(
      Array.from({ length: 55 }, (_, at) => [`incoming: m${at + 1}`, `outgoing: m${at + 1}`]).flat(),
    );
    expect((await history('cy')).body.messages).toHaveLength(20);
    expect((await history('cy', '&limit=1000')).body.messages).toHaveLength(100);
  });

  it('is that of the user to whom the token is bound', async () => {
    await say('dan', text('mine'));
    const path = `/api/chathistory/${line.channel.botId}/ivr`;
    const bound = await line.get(path, line.caller.headers({ sub: 'ada', userIdentity: 'dan' }));
    expect(read(bound)).toEqual(['incoming: mine', 'outgoing: mine']);
  });

  it('is refused to others, and by name where it is asked for wrongly', async () => {
    const other = await createCaller(line.app);
    const [channel] = (await goLive(line.app, await createBot(line.app), [{ appClientId: other.clientId }])) as [
      LiveChannel,
    ];
    const foreign = lineOf(line.app, other, channel);
    const path = `/api/chathistory/${line.channel.botId}/ivr`;
    expect((await foreign.get(path)).status).toBe(401);
    expect((await line.get(path, { authorization: 'bearer x' })).status).toBe(401);
    expect((await line.get('/api/chathistory/st-none/ivr')).status).toBe(404);
    expect((await history('ada', '', 'ivrInst-none')).status).toBe(404);
    for (const [query, field] of [
      ['&limit=0', 'limit'],
      ['&limit=x', 'limit'],
      ['&offset=-1', 'offset'],
      ['&offset=99999999', 'offset'],
      ['&limit=1&limit=2', 'limit'],
    ])
      expect(await history('ada', query)).toMatchObject({ status: 400, body: { errors: [{ field }], _v: 'v2' } });
  });
});
