import type { Receiver } from '../../support/receiver.js';
import type { TestServer } from '../server.js';

/** People, a service account, alerts, a sign-in provider, and more bots in several states. */
export async function fillAccount(
  { gql }: Pick<TestServer, 'gql'>,
  receiver: Receiver,
  botId: string,
): Promise<{ starter: string }> {
  const user = (name: string, role: string) =>
    gql('mutation($input: CreateUserInput!) { createUser(input: $input) { id } }', {
      input: { name, role, email: `${name.toLowerCase()}@bellevue.example`, password: `${name} has a long password` },
    });
  await user('Ada', 'ADMIN');
  await user('Ben', 'DEVELOPER');
  const { createUser: guest } = await user('Cleo', 'NONE');
  await gql('mutation($u: ID!, $b: ID!) { setBotRole(userId: $u, botId: $b, role: VIEWER) { id } }', {
    ...{ u: guest.id, b: botId },
  });
  const { createServiceAccount: service } = await gql(
    'mutation { createServiceAccount(name: "Deployments", role: DEVELOPER) { id } }',
  );
  await gql('mutation($id: ID!) { createApiToken(userId: $id, name: "CI", actions: ["read", "bot.import"]) }', {
    id: service.id,
  });
  const alert = (input: object) =>
    gql(
      'mutation($input: AlertSubscriptionInput!) { createAlertSubscription(input: $input) { subscription { id } } }',
      {
        input,
      },
    );
  await alert({
    ...{ name: 'On call', format: 'CLOUDEVENTS', target: `${receiver.url}/alerts` },
    topics: ['DELIVERY_DEAD', 'ENDPOINT_FAILING', 'BOT_FAILING'],
  });
  await gql('mutation($input: SignInProviderInput!) { createSignInProvider(input: $input) { id } }', {
    input: {
      ...{ name: 'Company directory', issuer: 'https://id.bellevue.example', clientId: 'hookswitch' },
      ...{ clientSecret: 'known to the two', emailDomains: ['bellevue.example'], defaultRole: 'VIEWER' },
    },
  });
  const { createSampleBot: sample } = await gql('mutation { createSampleBot { bot { id } } }');
  const { createBot: lost } = await gql(
    'mutation { createBot(input: { name: "Lost and found", engine: DIALOG }) { id } }',
  );
  const says = (text: string) => ({ text, buttons: [] });
  await gql('mutation($id: ID!, $starter: BotStarterInput!) { setBotStarter(botId: $id, starter: $starter) { id } }', {
    id: lost.id,
    starter: {
      welcome: says('What have you lost?'),
      fallback: says('Please ring the desk.'),
      answers: [{ question: 'umbrella', alternatives: ['parasol'], answer: says('Umbrellas wait at the cloakroom.') }],
    },
  });
  await gql('mutation($id: ID!) { suspendBot(botId: $id, reason: "Answers with the wrong address") { id } }', {
    id: lost.id,
  });
  await gql('mutation($input: TagChangeInput!) { tagBots(input: $input) { id } }', {
    input: { ids: [botId, sample.bot.id], add: ['guests'] },
  });
  await gql(
    'mutation($b: ID!) { setPrivacy(botId: $b, retentionDays: 90, masks: [{ kind: CARD }, { kind: EMAIL }]) }',
    {
      b: botId,
    },
  );
  return { starter: lost.id };
}

/** A bot with a version that serves a share first. */
export async function fillCanary({ gql }: Pick<TestServer, 'gql'>): Promise<{ canary: string }> {
  const { createSampleBot: spa } = await gql('mutation { createSampleBot { bot { id } channel { id } } }');
  await gql('mutation($id: ID!) { updateBot(input: { id: $id, name: "Spa" }) { id } }', { id: spa.bot.id });
  await gql('mutation($input: PublishBotInput!) { publishBot(input: $input) { id } }', {
    input: { botId: spa.bot.id, channelIds: [spa.channel.id], approve: true, canary: { share: 0.25 } },
  });
  return { canary: spa.bot.id };
}
