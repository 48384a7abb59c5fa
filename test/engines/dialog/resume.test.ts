import { describe, expect, it } from 'vitest';
import type { End, Engine, Pause, Said, SessionState, TurnRequest } from '../../../src/bots/engine.js';
import { createDialogEngine } from '../../../src/engines/dialog/engine.js';
import type { Json } from '../../../src/json.js';
import { appointment } from './agent-bots.js';
import { bot, entity, message } from './bot-builder.js';
import { deps } from './conversation.js';
import { scripts } from './talk.js';

const service = (name: string, next: string) => ({
  type: 'service',
  name,
  component: {
    serviceType: 'rest',
    endPoint: { protocol: 'https', host: 'api.bot.example', path: `/${name}`, method: 'post' },
    payload: { type: 'raw', value: '{"x": "{{context.entities.X}}"}' },
    preProcessor: encodeURIComponent('context.prepared = (context.prepared || 0) + 1'),
  },
  next,
});
const program = bot({
  Go: {
    X: entity('label', 'X?', 'm'),
    m: message('Wait', 'one'),
    one: service('one', 'two'),
    two: service('two', 'b'),
    b: message('{{context.one.response.body.n}}{{context.two.response.body.n}}{{context.prepared}}'),
  },
});

function engineCounting(calls: string[], fail = () => false): Engine {
  const request = async ({ url }: { url: string }) => {
    calls.push(url);
    if (fail()) throw new Error('refused');
    // What the engine reads of an answer.
    return { status: 200, headers: {}, body: Buffer.from(`{"n":${calls.length}}`), truncated: false } as never;
  };
  return createDialogEngine(program, deps({ scripts, outbound: { request }, settings: { services: 'LIVE' } }));
}

function turnOf(text: string, session: SessionState, resume: Json | null): TurnRequest {
  return {
    turnId: 't',
    traceId: 'r',
    conversationId: 'c',
    sessionId: 's',
    newSession: false,
    botId: 'st-1',
    botName: 'B',
    channel: { id: 'i', name: 'n' },
    user: { id: 'u', info: {} },
    message: { type: 'text', text, attachments: [] },
    language: 'en',
    session,
    env: {},
    plainEnv: {},
    resume,
    now: 0,
    random: () => 0,
    trace: () => {},
  };
}

const never = new AbortController().signal;

async function all(steps: AsyncIterable<Said | Pause | End>): Promise<(Said | Pause | End)[]> {
  const found = [];
  for await (const step of steps) found.push(step);
  return found;
}

const endOf = (steps: readonly (Said | Pause | End)[]): End =>
  steps.find((step): step is End => step.type === 'end') ?? ({} as End);

describe('a turn that calls services', () => {
  it('pauses before each call, and a crash there resumes with that call', async () => {
    const calls: string[] = [];
    const engine = engineCounting(calls);
    const started = endOf(await all(engine.reply(turnOf('go', { context: {}, engine: {} }, null), never)));
    const whole = await all(engine.reply(turnOf('value', started.session, null), never));
    expect(whole.map(({ type }) => type)).toEqual(['said', 'pause', 'pause', 'said', 'end']);
    expect(calls.map((url) => new URL(url).pathname)).toEqual(['/one', '/two']);

    const pauses = whole.filter((step): step is Pause => step.type === 'pause');
    for (const [at, pause] of pauses.entries()) {
      calls.length = at;
      const stored = JSON.parse(JSON.stringify(pause)) as Pause;
      const resumed = await all(engine.reply(turnOf('value', stored.session, stored.resume), never));
      expect(resumed.filter(({ type }) => type === 'said')).toHaveLength(1);
      expect(endOf(resumed).session).toEqual(endOf(whole).session);
      expect(endOf(resumed).endOfTask).toEqual(endOf(whole).endOfTask);
    }
  });

  it('leaves the session it was given untouched', async () => {
    const engine = engineCounting([]);
    const given: SessionState = { context: { kept: { deep: 1 } }, engine: {} };
    const before = JSON.stringify(given);
    await all(engine.reply(turnOf('go', given, null), never));
    expect(JSON.stringify(given)).toBe(before);
  });

  it('stops when it is aborted', async () => {
    const controller = new AbortController();
    const engine = engineCounting([], () => {
      controller.abort();
      return true;
    });
    const started = endOf(await all(engine.reply(turnOf('go', { context: {}, engine: {} }, null), never)));
    await expect(all(engine.reply(turnOf('value', started.session, null), controller.signal))).rejects.toThrow();
  });
});

describe('a turn that asks a language model for an agent', () => {
  it('pauses before the call, and a crash there resumes with the very call', async () => {
    const asked: unknown[] = [];
    const languageModel = {
      complete: async ({ messages }: { messages: unknown[] }) => {
        asked.push(messages);
        return JSON.stringify({ bot: `Answer ${asked.length}`, entities: {}, conv_status: 'ongoing' });
      },
    };
    const engine = createDialogEngine(bot({ Book: appointment() }), deps({ scripts, languageModel }));
    const started = endOf(await all(engine.reply(turnOf('book', { context: {}, engine: {} }, null), never)));
    const steps = await all(engine.reply(turnOf('for Ada', started.session, null), never));
    expect(steps.map(({ type }) => type)).toEqual(['pause', 'said', 'end']);
    const [pause] = steps;
    if (pause?.type !== 'pause') throw new Error('no pause');
    const stored = JSON.parse(JSON.stringify(pause)) as Pause;
    const resumed = await all(engine.reply(turnOf('for Ada', stored.session, stored.resume), never));
    expect(resumed.map(({ type }) => type)).toEqual(['said', 'end']);
    expect(asked[2]).toEqual(asked[1]);
    expect(asked[2]).toMatchObject([{ content: 'book' }, { role: 'assistant' }, { content: 'for Ada' }]);
  });
});
