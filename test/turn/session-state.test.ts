import { expect, it } from 'vitest';
import type { JsonObject } from '../../src/json.js';
import { stateFor } from '../../src/turn/session-state.js';
import type { TurnInput } from '../../src/wire/message.js';

const lastMessage = (payload: JsonObject, customData?: JsonObject): unknown => {
  // Only these parts of an input are read here.
  const input = { payload, user: { id: 'u', info: {} }, ...(customData && { customData }) } as unknown as TurnInput;
  const row = { id: 'se-1', state: '' } as Parameters<typeof stateFor>[0];
  const session = stateFor(row, input, 0).state.context.session as { BotUserSession: JsonObject };
  return session.BotUserSession.lastMessage;
};

it('custom data is also where bots for the web look for it, beside what the caller put there', () => {
  expect(lastMessage({ customData: { a: 1 } }, { a: 1 })).toMatchObject({
    customData: { a: 1 },
    messagePayload: { customData: { a: 1 }, botInfo: { customData: { a: 1 } } },
  });
  expect(lastMessage({ botInfo: { chatBot: 'B', customData: { b: 2 } } }, { a: 1 })).toMatchObject({
    messagePayload: { botInfo: { chatBot: 'B', customData: { b: 2 } } },
  });
  expect(lastMessage({})).toEqual({ channel: 'ivr', messagePayload: {} });
});
