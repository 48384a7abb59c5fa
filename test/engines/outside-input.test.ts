import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readActivities } from '../../src/engines/bot-framework/replies.js';
import { readAnswer } from '../../src/engines/http/answer.js';
import { readMessages } from '../../src/engines/openai/messages.js';
import { readReplies } from '../../src/engines/rasa/replies.js';
import { type RemoteMessage, toSaid } from '../../src/engines/remote/said.js';
import { AppError } from '../../src/errors.js';
import type { Json, JsonObject } from '../../src/json.js';
import { render } from '../../src/turn/render.js';
import { turnOf } from './remote-bot.js';

/** Values as they come out of a JSON text again: templates are said through one, which writes -0 as 0. */
const json = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as Json);

/** Values of any type where the readers look for something. */
const shaped = (keys: readonly string[]): fc.Arbitrary<Json> =>
  fc.oneof(
    json,
    fc.dictionary(
      fc.constantFrom(...keys),
      fc.oneof(json, fc.webUrl(), fc.constant('{{env.secret}}')),
    ) as fc.Arbitrary<JsonObject>,
  );
const listOf = (keys: readonly string[]): fc.Arbitrary<Json[]> => fc.array(shaped(keys), { maxLength: 5 });

async function rendered(message: RemoteMessage): Promise<unknown> {
  const said = toSaid(message, { known: 'context' });
  const scripts = { print: () => Promise.reject(new Error('nothing that a bot sends is run')) };
  const scope = { context: {}, env: { secret: 'S3CRET' }, ...(said.scope && { scope: said.scope }) };
  if ((said.contents ?? []).length === 0) return null;
  const reply = await render(said.contents ?? [], scope, { random: () => 0, scripts });
  return reply.type === 'text' ? reply.text : reply.type === 'template' ? reply.template : null;
}

/** Whatever was sent: messages that can be said, to the letter. */
async function assertSayable(messages: readonly RemoteMessage[]): Promise<void> {
  for (const message of messages) {
    expect(message.key !== undefined || message.text !== undefined || message.template !== undefined).toBe(true);
    expect(await rendered(message)).toEqual(message.template ?? message.text ?? null);
  }
}

describe('what comes from a bot outside', () => {
  it('is said to the letter, whatever it is', async () => {
    const braces = fc.array(fc.constantFrom('{', '}', '{{', '}}', 'env.secret', '$braces', ' ', 'x'), {
      maxLength: 12,
    });
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string(),
          braces.map((parts) => parts.join('')),
        ),
        async (text) => {
          expect(await rendered({ text })).toBe(text);
          expect(await rendered({ template: { text, deep: [{ text }] } })).toEqual({ text, deep: [{ text }] });
        },
      ),
    );
  });

  it('from Rasa is read without harm', async () => {
    const keys = [
      'text',
      'image',
      'buttons',
      'quick_replies',
      'attachment',
      'custom',
      'title',
      'payload',
      'url',
      'key',
      'values',
    ];
    await fc.assert(fc.asyncProperty(listOf(keys), (replies) => assertSayable(readReplies(replies))));
  });

  it('from the Bot Framework is read without harm', async () => {
    const keys = [
      'contentType',
      'content',
      'contentUrl',
      'actions',
      'title',
      'value',
      'messageKey',
      'template',
      'images',
      'buttons',
    ];
    const activity = fc.record(
      {
        type: fc.constantFrom('message', 'event', 'endOfConversation', 'typing', 'other'),
        text: json,
        attachments: fc.oneof(json, listOf(keys)),
        suggestedActions: shaped(keys),
        channelData: shaped(keys),
        code: json,
        name: json,
      },
      { requiredKeys: ['type'] },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(activity, json), { maxLength: 4 }), (activities) =>
        assertSayable(readActivities(activities, turnOf()).messages),
      ),
    );
  });

  it('from a language model is read without harm', async () => {
    const spoken = shaped(['messages', 'type', 'payload', 'template', 'text', 'key']).map((value) =>
      JSON.stringify(value),
    );
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string({ minLength: 1 }), spoken), (text) => assertSayable(readMessages(text))),
    );
  });

  it('over HTTP is read, or refused by name', async () => {
    const answers = shaped(['messages', 'session', 'endOfTask', 'closeSession', 'agentTransfer']);
    await fc.assert(
      fc.asyncProperty(answers, async (body) => {
        try {
          await assertSayable(readAnswer(body, turnOf()).messages);
        } catch (error) {
          if (!(error instanceof AppError)) throw error;
          expect(error.details.field).toEqual(expect.any(String));
        }
      }),
    );
  });

  it('over HTTP cannot reach the prototype of a context', () => {
    const body = JSON.parse('{"session":{"context":{"__proto__":{"admin":true},"a":{"__proto__":{"admin":true}}}}}');
    const { session } = readAnswer(body, turnOf());
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
    expect((session?.context as { admin?: boolean } | undefined)?.admin).toBeUndefined();
    expect((session?.context.a as { admin?: boolean } | undefined)?.admin).toBeUndefined();
  });
});
