import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { webhookV2 } from '../../schema/webhook-v2.js';
import { type Caller, createBot, createCaller, goLive, type LiveChannel } from '../support/app.js';
import { type Line, lineOf, openLine, text } from '../support/own-bot.js';

/** As far as the schemas of the hooks use it. */
interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  maxLength?: number;
  maxItems?: number;
  properties?: Record<string, Schema>;
  items?: Schema;
  anyOf?: Schema[];
  allOf?: { if: { properties: { type: { const: string } } }; then: { properties: { val: Schema } } }[];
  definitions?: Record<string, Schema>;
}
type Path = (string | number)[];
/** Something to put in some place of a body that is right. */
type Wrong = [type: string, path: Path, why: string, value: unknown];

const VALS: Record<string, unknown> = {
  text: 'hello',
  event: 'ON_CONNECT',
  template: { any: 'thing' },
  formData: { formId: 'frm-1', data: [], meta: {} },
};
const tags = () => [{ name: 'n', value: 'v' }];

/** Every field of the second version, filled in. */
const rightBody = (type: string) => ({
  session: { new: false, id: 'se-1' },
  message: {
    id: 'm-1',
    type,
    val: structuredClone(VALS[type]),
    ...(type === 'text' && { attachments: [{ url: 'https://a.test/', fileType: 'image', fileName: 'a.png' }] }),
  },
  ...(type === 'text' && { attachments: [{ url: 'https://a.test/' }] }),
  from: { id: 'wrong', userInfo: {} },
  to: { id: 'there', groupInfo: { id: 'g', name: 'group' } },
  mergeIdentity: true,
  preferredChannelForResponse: 'rtm',
  metaTags: { userLevelTags: tags(), sessionLevelTags: tags(), messageLevelTags: tags() },
  userLevelTags: tags(),
  sessionLevelTags: tags(),
  messageLevelTags: tags(),
  customData: {},
  interactiveLanguage: 'en',
  InteractiveLanguage: 'en',
});

const SPECIMENS: Record<string, unknown> = {
  null: null,
  boolean: true,
  number: 1.5,
  string: 'x',
  array: [],
  object: {},
};

function* wrongs(given: Schema, type: string, path: Path): Generator<Wrong> {
  const schema = given.$ref
    ? ((webhookV2 as Schema).definitions?.[given.$ref.split('/').at(-1) ?? ''] ?? given)
    : given;
  const types = (schema.anyOf ?? [schema]).flatMap((one) => one.type ?? []);
  if (types.length > 0)
    for (const [kind, value] of Object.entries(SPECIMENS))
      if (!types.includes(kind)) yield [type, path, `of type ${kind}`, value];
  if (schema.maxLength !== undefined && types.includes('string'))
    yield [type, path, 'too long', 'x'.repeat(schema.maxLength + 1)];
  if (schema.maxItems !== undefined) yield [type, path, 'with too many items', Array(1000 + 1).fill('https://a.test/')];
  for (const [name, part] of Object.entries(schema.properties ?? {})) yield* wrongs(part, type, [...path, name]);
  if (schema.items) yield* wrongs(schema.items, type, [...path, 0]);
  for (const one of schema.anyOf ?? []) if (one.properties) yield* wrongs({ properties: one.properties }, type, path);
  for (const { if: condition, then } of schema.allOf ?? [])
    if (condition.properties.type.const === type) yield* wrongs(then.properties.val, type, [...path, 'val']);
}

function put(target: unknown, path: Path, value: unknown): void {
  const [key = '', ...rest] = path;
  const holder = target as Record<string | number, unknown>; // a body that is right as far as the path goes
  if (rest.length === 0) holder[key] = value;
  else put(holder[key], rest, value);
}

describe('a body of the second version that is wrong in one place', () => {
  let line: Line;
  let foreign: Line;
  let polled: Line;
  beforeAll(async () => {
    line = await openLine({});
    const other = await createCaller(line.app);
    const live = async (caller: Caller) => {
      const [channel] = await goLive(line.app, await createBot(line.app), [{ appClientId: caller.clientId }]);
      return lineOf(line.app, caller, channel as LiveChannel);
    };
    foreign = await live(other);
    polled = await live(other);
  });
  afterAll(() => line.app.remove());

  const all = Object.keys(VALS).flatMap((type) => [...wrongs(webhookV2 as Schema, type, [])]);
  const places = new Map<string, Wrong[]>();
  for (const wrong of all.filter(([type, path]) => path.length > 0 && (type === 'text' || path[1] === 'val'))) {
    const place = `${wrong[0]}: ${wrong[1].join('.')}`;
    places.set(place, [...(places.get(place) ?? []), wrong]);
  }

  it('is every place of the schema', () => {
    expect(places.size).toBeGreaterThan(40);
    expect([...places.keys()]).toEqual(
      expect.arrayContaining([
        'text: message.attachments.0.url',
        'text: metaTags.sessionLevelTags.0.value',
        'formData: message.val.meta',
        'text: to.groupInfo.name',
      ]),
    );
  });

  it.each([...places])('is refused by the name of that place: %s', async (_place, cases) => {
    for (const [type, path, why, value] of cases) {
      const body = rightBody(type);
      put(body, path, value);
      const answer = await line.app.post(line.v2Path, body, line.caller.headers());
      const [error] = answer.body.errors ?? [{ field: `nothing, though it is ${why}` }];
      // What may be a text or an object is told about as a whole.
      const names = [path.join('.'), path.slice(0, -1).join('.')];
      expect(names).toContain(error.field);
      expect(answer).toMatchObject({ status: 400, body: { errors: [{ code: 400, reason: 'BAD_USER_INPUT' }] } });
      expect(answer.body).toMatchObject({ _v: 'v2', _t: answer.headers.get('x-trace-id') });
    }
  });

  it.each([
    ['a million characters', { message: text('x'.repeat(1_000_000)) }, 'message.val'],
    [
      'a thousand attachments',
      { message: { ...text('x'), attachments: Array(1000).fill('https://a.test/') } },
      'message.attachments',
    ],
    [
      'a form that the bot does not have',
      { message: { type: 'formData', val: { formId: 'frm-x' } } },
      'message.val.formId',
    ],
    [
      'a file that nobody uploaded',
      { message: { ...text('x'), attachments: [{ fileId: 'f'.repeat(24) }] } },
      'message.attachments.0.fileId',
    ],
  ])('is refused with %s', async (_what, wrong, field) => {
    const answer = await line.app.post(line.v2Path, { from: { id: 'wrong' }, ...wrong }, line.caller.headers());
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ field, code: 400 }], _v: 'v2' } });
  });

  it('leaves nothing behind, and is taken once it is right', async () => {
    const stored = async () => {
      const { conversations } = await line.app.gql(
        'query($botId: ID!) { conversations(botId: $botId) { totalCount } }',
        { botId: line.channel.botId },
      );
      return conversations.totalCount;
    };
    const counted = async () => {
      const metrics = await (await fetch(`${line.app.url}/metrics`)).text();
      return metrics.match(/^hookswitch_messages_received_total\{.*/gm);
    };
    const before = await counted();
    for (const [type, path, , value] of [...places.values()].map(([first]) => first as Wrong)) {
      const body = rightBody(type);
      put(body, path, value);
      expect((await line.app.post(line.v2Path, body, line.caller.headers())).status).toBe(400);
    }
    expect(await stored()).toBe(0);
    expect(await counted()).toEqual(before);
    expect((await line.app.post(line.v2Path, rightBody('text'), line.caller.headers())).status).toBe(200);
    expect(await stored()).toBe(1);
  });

  it('is no poll id of another bot, and none that was made up', async () => {
    const detached = await polled.v2(text('hi'), {}, { prefer: 'respond-async, wait=0' });
    const id = new URL(detached.headers.get('location') ?? '', 'http://x').pathname.split('/').at(-1) ?? '';
    expect(id).toMatch(/^pl-/);
    for (const wrong of [id, `${id}0`, 'pl-', 'x'.repeat(2000), '%00', '..%2f..']) {
      const answer = await foreign.poll(wrong);
      expect(answer).toMatchObject({ status: 400, body: { errors: [{ code: 400 }], _v: 'v2' } });
    }
    expect((await polled.poll(id)).status).toBe(200);
  });
});
