import { join } from 'node:path';
import { authorizeJWT, CloudAdapter, ConnectorClient, ConversationState, getAuthConfigWithDefaults } from '@microsoft/agents-hosting';
import { APP_ID, serve } from './keys.mjs';
import { openStorage } from './sqlite-storage.mjs';

/** An echo that counts its conversation's turns, on the Microsoft 365 Agents SDK. */
const [folder, sinkUrl] = process.argv.slice(2);
const state = new ConversationState(await openStorage(join(folder, 'agents.db')));
const counter = state.createProperty('count');
await serve(sinkUrl, (url) => {
  const settings = getAuthConfigWithDefaults({ clientId: APP_ID, clientSecret: 'not used', tenantId: 'tenant', authority: url, issuers: [url] });
  const adapter = new CloudAdapter(settings);
  // The real ones ask Microsoft for tokens, which the sink does not look at.
  adapter.createUserTokenClient = async () => ({});
  adapter.createConnectorClientWithIdentity = async () => ConnectorClient.createClientWithToken(sinkUrl, 'not used');
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
