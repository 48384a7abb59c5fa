import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/json.js';
import type { RowForm, TurnRow } from '../../src/store/tables/turns.js';
import { messageId, type SaidReply } from '../../src/wire/callbacks.js';
import type { TurnInput } from '../../src/wire/message.js';
import { outcomeColumns, storedOutcome, type TurnOutcome } from '../../src/wire/outcome.js';
import { inputText, readInput } from '../../src/wire/stored-input.js';

const [turnId, traceId] = ['tn-1', 'RTM-TRACE-1'];
const words = fc.string({ maxLength: 8 });
const facts: fc.Arbitrary<JsonObject> = fc.dictionary(words, words, { maxKeys: 2 });
const optional = <T>(key: string, value: fc.Arbitrary<T>) => fc.oneof(fc.constant({}), fc.record({ [key]: value }));

const message: fc.Arbitrary<TurnInput['message']> = fc.oneof(
  fc.record({ type: fc.constant('text' as const), text: words, attachments: fc.array(facts, { maxLength: 2 }) }),
  fc.record({ type: fc.constant('template' as const), template: facts }),
  fc.record({ type: fc.constant('event' as const), event: words }),
);
const input: fc.Arbitrary<TurnInput> = fc
  .tuple(
    fc.record({
      form: fc.constantFrom('V1' as const, 'V2' as const),
      mode: fc.constantFrom('SYNC' as const, 'ASYNC' as const),
      message,
      user: fc.record({ id: words, info: facts }),
      groupId: words,
      replyFrom: words,
      payload: facts,
      newSession: fc.boolean(),
    }),
    optional('customData', facts),
    optional('name', words),
  )
  .map(([plain, ...more]) => Object.assign(plain, ...more));

const reply = (position: number): fc.Arbitrary<SaidReply> =>
  fc.record({
    type: fc.constant('text' as const),
    text: words,
    at: fc.nat(),
    // a message that a later version puts in may have an id of its own
    id: fc.constantFrom(messageId(turnId, position), 'ms-other'),
  });
const outcome = fc
  .tuple(
    input,
    fc.record({
      sessionId: words,
      replies: fc.nat(3).chain((count) => fc.tuple(...Array.from({ length: count }, (_, position) => reply(position)))),
      endOfTask: fc.constantFrom(null, { taskName: 'tea' } as unknown as TurnOutcome['endOfTask']),
      agentTransfer: fc.boolean(),
      settings: fc.record({
        templateEncoding: fc.constantFrom('OBJECT' as const, 'STRING' as const),
        textForm: fc.constantFrom('AUTO' as const, 'STRING' as const, 'ARRAY' as const),
      }),
    }),
    optional('answers', fc.array(words)),
    optional('answeredBy', words),
  )
  .map(([asked, plain, ...more]) => {
    const told = Object.assign({ turnId, traceId, to: asked.user.id, from: asked.replyFrom, ...plain }, ...more);
    return { asked, told: told as TurnOutcome };
  });

describe.each<RowForm>(['COMPACT', 'FULL'])('a row in the form %s', (form) => {
  it('gives back the message and what the turn came to', () => {
    fc.assert(
      fc.property(outcome, ({ asked, told }) => {
        const row = { id: turnId, traceId, input: inputText(asked, form), ...outcomeColumns(told, form) } as TurnRow;
        expect(readInput(row.input)).toEqual(asked);
        expect(storedOutcome(row)).toEqual(told);
      }),
    );
  });
});

describe('a compact row', () => {
  it('says nothing twice, and nothing that goes without saying', () => {
    const asked: TurnInput = {
      form: 'V1',
      mode: 'SYNC',
      message: { type: 'text', text: 'hello', attachments: [] },
      user: { id: 'ann', info: {} },
      groupId: '',
      replyFrom: 'st-1',
      payload: { message: { text: 'hello' } },
      newSession: false,
    };
    const told: TurnOutcome = {
      turnId,
      traceId,
      sessionId: 'se-1',
      to: 'ann',
      from: 'st-1',
      replies: [{ type: 'text', text: 'Hi.', at: 7, id: messageId(turnId, 0) }],
      endOfTask: null,
      agentTransfer: false,
      settings: { templateEncoding: 'OBJECT', textForm: 'AUTO' },
    };
    expect(JSON.parse(inputText(asked, 'COMPACT'))).toEqual({
      ...{ form: 'V1', mode: 'SYNC', message: { type: 'text', text: 'hello' } },
      ...{ user: { id: 'ann' }, replyFrom: 'st-1', payload: { message: { text: 'hello' } } },
    });
    expect(outcomeColumns(told, 'COMPACT')).toEqual({
      replies: '[{"type":"text","text":"Hi.","at":7}]',
      outcome: '{"sessionId":"se-1"}',
    });
  });
});
