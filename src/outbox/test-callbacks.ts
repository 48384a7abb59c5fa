import type { Dispatcher } from '../dispatcher/dispatcher.js';
import type { Viewer } from '../domain/access.js';
import { type CommandDeps, runCommand } from '../domain/command.js';
import { conflict, notFound } from '../errors.js';
import { rowId, traceId } from '../ids.js';
import { findChannel } from '../store/tables/channels.js';
import { callbackOrigin } from './endpoints.js';

export interface TestCallbacksDeps extends CommandDeps {
  dispatcher: Pick<Dispatcher, 'test'>;
}

/** Stands for the user and the conversation of a test, of which there are none. */
const NOBODY = 'hookswitch-test';
const TEXT = 'A test callback from Hookswitch. No user has written anything.';

/** Test callbacks of channels: what a receiver gets, and how it answers, before a user depends on it. */
export function createTestCallbacks(deps: TestCallbacksDeps) {
  return {
    /** NOT_FOUND; CONFLICT for a channel that sends no callbacks now. A receiver that fails is an outcome. */
    async send(viewer: Viewer, channelId: string) {
      const id = rowId('ms');
      const message = await runCommand(deps, viewer, 'channel.test-callback', async ({ trx, now, allow, audit }) => {
        const channel = await findChannel(trx, viewer.accountId, channelId);
        if (!channel) throw notFound('channel', channelId);
        allow(channel.botId, () => notFound('channel', channelId));
        const origin = callbackOrigin(channel);
        if (origin === null)
          throw conflict('Only an asynchronous channel with an approved POST URL sends callbacks that can be tested.');
        audit(channelId, { botId: channel.botId, endpoint: origin, messageId: id });
        const trace = traceId();
        const ids = { messageId: id, conversationId: NOBODY, traceId: trace };
        const body = { text: TEXT, to: NOBODY, from: channel.botId, test: true, ...ids, lastInTurn: true };
        return { id, conversationId: NOBODY, traceId: trace, payload: JSON.stringify(body), createdAt: now };
      });
      const tested = await deps.dispatcher.test(channelId, message);
      if (!tested) throw conflict('The channel, or its bot, is switched off or suspended: nothing is sent for it now.');
      return tested;
    },
  };
}
