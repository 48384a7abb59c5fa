import { join } from 'node:path';
import { authorizeJWT, CloudAdapter, ConversationState, getAuthConfigWithDefaults } from '@microsoft/agents-hosting';
import { APP_ID, serve } from './keys.mjs';
import { openStorage } from './sqlite-storage.mjs';

/** An echo that counts its conversation's turns, on the Microsoft 365 Agents SDK. */
const state = new ConversationState(await openStorage(join(process.argv[2], 'agents.db')));
const counter = state.createProperty('count');
await serve((url) => {
  const settings = getAuthConfigWithDefaults({ clientId: APP_ID, clientSecret: 'not used', tenantId: 'tenant', authority: url, issuers: [url] });
  const adapter = new CloudAdapter(settings);
  // The real ones ask Microsoft for tokens, which an echo that answers in the response does not need.
  adapter.createUserTokenClient = async () => ({});
  adapter.createConnectorClientWithIdentity = async () => ({});
  return [
    authorizeJWT(settings),
    (request, response) =>
      adapter.process(request, response, async (context) => {
        await state.load(context);
        const count = (await counter.get(context, 0)) + 1;
        await counter.set(context, count);
        await context.sendActivity(`${context.activity.text}|${count}|0`);
        await state.saveChanges(context);
      }),
  ];
});
