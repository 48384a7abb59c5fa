import { describe, expect, it } from 'vitest';
import type { Engine } from '../../src/bots/engine.js';
import type { HookResponse } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { end, type Line, linesOfOneApp, pause, said, text, textOf } from '../support/own-bot.js';

/*
 * How public clients of the platform read answers, written anew from what they do (kore-webhook.md §1.5 to §1.7). Each
 * gives the messages its user would see: texts, and templates by their type.
 */

type Seen = string | { template: string };
type Raw = Record<string, unknown>;

const templateOf = (value: unknown): Seen | null => {
  if (typeof value !== 'object' || value === null) return null;
  const { type, payload } = value as { type?: string; payload?: { template_type?: string } };
  return type === 'template' ? { template: payload?.template_type ?? '' } : null;
};
const parsed = (value: string): unknown => {
  try {
    return JSON.parse(value);
  } catch {
    return null;
  }
};

/** The web SDK: tells the versions by `_v`; in the first it survives only an array; strings may hold JSON. */
function webSdk(body: Raw): Seen[] {
  const see = (value: unknown): Seen => {
    const whole = typeof value === 'string' ? parsed(value) : value;
    return templateOf(whole) ?? String(value);
  };
  if (body._v === 'v2') return (body.data as { val: unknown }[]).map(({ val }) => see(val));
  if (!Array.isArray(body.text)) throw new ReferenceError('its branch for anything else is broken');
  return body.text.map(see);
}

/** The Android SDK: typed items, `val` text or object. */
function android(body: Raw): Seen[] {
  return (body.data as { type: string; val: unknown }[]).map(({ type, val }) => {
    if (type === 'text') return val as string;
    return templateOf(typeof val === 'string' ? parsed(val) : val) ?? '?';
  });
}

/** The Symphony bridge: `text` a string or an array of strings; what looks like JSON is parsed. */
function symphony(body: Raw): Seen[] {
  return [body.text].flat().map((element) => {
    if (typeof element !== 'string') throw new TypeError('ClassCastException: not a text node');
    return (element.startsWith('{') ? templateOf(parsed(element)) : null) ?? element;
  });
}

/** The test tool: JSON only, unescapes, then parses, and asks what is left for its end. */
function botium({ headers, body }: HookResponse): Seen[] {
  if (!/^application\/json/.test(headers.get('content-type') ?? '')) throw new Error('taken for VoiceXML');
  return [body.text].flat().map((element) => {
    const plain = element.replaceAll('&quot;', '"');
    const template = templateOf(parsed(plain));
    if (template) return template;
    return plain.endsWith('\n') ? plain.trimEnd() : plain;
  });
}

/** The bridge of the platform's own samples: always parses `val`, and falls back to text. */
function sample(body: Raw): Seen[] {
  return (body.data as { val: string }[]).map(({ val }) => {
    try {
      return templateOf(JSON.parse(val)) ?? val;
    } catch {
      return val;
    }
  });
}

const TEMPLATE = JSON.stringify({ type: 'template', payload: { template_type: 'button', text: 'Say "hi"' } });

/** Texts as they are, T a template of the bot file, S one that a script prints; a slow step at each P. */
const speaking: Engine['reply'] = async function* (turn) {
  const words = turn.message.type === 'event' ? ['welcome'] : textOf(turn).split(' ');
  for (const word of words) {
    if (word === 'P') yield pause(turn);
    else if (word === 'T') yield { type: 'said', contents: [{ type: 'TEMPLATE', value: TEMPLATE }] };
    else if (word === 'S')
      yield { type: 'said', contents: [{ type: 'SCRIPT', value: `print(${JSON.stringify(TEMPLATE)})` }] };
    else yield said(word);
  }
  yield end(turn);
};
const BUTTON = { template: 'button' };

const lines = linesOfOneApp();
const open = (channel?: Record<string, unknown>): Promise<Line> => lines(speaking, channel);
const v1Body = (message: string) => ({
  session: { new: false },
  message: { text: message },
  from: { id: 'user@test', userInfo: { firstName: '', lastName: '', email: '' } },
  to: { id: 'Kore.ai', groupInfo: { id: '', name: '' } },
});

/** Polls as clients do: while an answer, or what it says of its progress, has a poll id. */
async function all({ poll }: Line, first: HookResponse, read: (body: Raw) => Seen[]): Promise<Seen[]> {
  const seen = read(first.body);
  let id = first.body.pollId;
  const next = async () => {
    if (!id) return null;
    const { body } = await poll(id);
    if (String(body.status).toLowerCase() !== 'inprogress') seen.push(...read(body));
    id = body.pollId;
    return id;
  };
  await eventually(next, (left) => !left);
  return seen;
}

describe('a known client', () => {
  it.each<[string, (body: Raw) => Seen[], string, Seen[]]>([
    ['the web SDK', webSdk, 'hello T S', ['hello', BUTTON, BUTTON]],
    ['the Android SDK', android, 'hello T', ['hello', BUTTON]],
    ["the platform's sample", sample, 'hello S', ['hello', BUTTON]],
  ])('sees every message of the second version: %s', async (_name, read, message, wanted) => {
    const opened = await open();
    expect(read((await opened.v2(text(message))).body)).toEqual(wanted);
  });

  it.each<[string, (body: Raw) => Seen[]]>([
    ['the web SDK', webSdk],
    ['the Android SDK', android],
    ["the platform's sample", sample],
  ])('polls until all has been said: %s', async (_name, read) => {
    const opened = await open();
    expect(await all(opened, await opened.v2(text('one P two P P three')), read)).toEqual(['one', 'two', 'three']);
  });

  it('begins a conversation as the mobile SDK and the sample do', async () => {
    const opened = await open();
    const greeting = await opened.v2(
      { type: 'event', val: 'ON_CONNECT' },
      { session: { new: true }, attachments: [], token: {}, to: { id: opened.channel.botId } },
    );
    expect(android(greeting.body)).toEqual(['welcome']);
    const next = await opened.v2(text('hello'), { session: { id: greeting.body.sessionId, new: false } });
    expect(next.body.sessionId).toBe(greeting.body.sessionId);
  });

  it("sends the blanks of the platform's sample along", async () => {
    const opened = await open();
    const blank = [{ name: '', value: '' }];
    const answer = await opened.v2(text('hello\n'), {
      session: { new: true },
      metaTags: { userLevelTags: blank, sessionLevelTags: blank, messageLevelTags: blank },
      mergeIdentity: '',
      preferredChannelForResponse: 'rtm',
      interactiveLanguage: '',
      customData: { note: 'of the sample' },
    });
    expect(sample(answer.body)).toEqual(['hello\n']);
  });

  it('sees every message of the first version with templates as text: the Symphony bridge, the test tool', async () => {
    const opened = await open({ templateEncoding: 'STRING' });
    for (const [message, wanted] of [
      ['hello', ['hello']],
      ['one two', ['one', 'two']],
      ['T', [BUTTON]],
      ['one T S', ['one', BUTTON, BUTTON]],
    ] as const) {
      const answer = await opened.v1(v1Body(message));
      expect(symphony(answer.body)).toEqual(wanted);
      expect(botium(answer)).toEqual(wanted);
    }
  });

  it('sees every message of the first version where text is always an array: the web SDK', async () => {
    const opened = await open({ textForm: 'ARRAY' });
    expect(webSdk((await opened.v1({ ...v1Body('hello'), to: '' })).body)).toEqual(['hello']);
    expect(webSdk((await opened.v1(v1Body('one T'))).body)).toEqual(['one', BUTTON]);
  });
});
