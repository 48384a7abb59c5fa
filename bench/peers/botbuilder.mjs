import { join } from 'node:path';
import { CloudAdapter, ConfigurationBotFrameworkAuthentication, ConversationState } from 'botbuilder';
import { APP_ID, serve } from './keys.mjs';
import { openStorage } from './sqlite-storage.mjs';

/** An echo that counts its conversation's turns, on botbuilder. */
const [folder, sinkUrl] = process.argv.slice(2);
const state = new ConversationState(await openStorage(join(folder, 'botbuilder.db')));
const counter = state.createProperty('count');
/** The real ones ask Microsoft for tokens, which the sink does not look at. */
const credentials = {
  isValidAppId: async (id) => id === APP_ID,
  isAuthenticationDisabled: async () => false,
  createCredentials: async () => ({
    async signRequest(request) {
      request.headers.set('authorization', 'Bearer not-used');
      return request;
    },
  }),
};
await serve(sinkUrl, (url) => {
  const settings = {
    MicrosoftAppId: APP_ID,
    MicrosoftAppPassword: 'not used',
    MicrosoftAppType: 'MultiTenant',
    ValidateAuthority: 'true',
    CallerId: '',
    ToChannelFromBotLoginUrl: url,
    ToChannelFromBotOAuthScope: url,
    ToBotFromChannelTokenIssuer: url,
    ToBotFromChannelOpenIdMetadataUrl: `${url}/metadata`,
    ToBotFromEmulatorOpenIdMetadataUrl: `${url}/metadata`,
    OAuthUrl: url,
  };
  const adapter = new CloudAdapter(new ConfigurationBotFrameworkAuthentication(settings, credentials));
  adapter.onTurnError = async (_, error) => process.stderr.write(`${error.stack}\n`);
  return [
    (request, response) =>
      adapter.process(request, response, async (context) => {
        const count = (await counter.get(context, 0)) + 1;
        await counter.set(context, count);
        await context.sendActivity(`${context.activity.text}|${count}|0`);
        await state.saveChanges(context);
      }),
  ];
});
