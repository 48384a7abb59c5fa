import { afterEach, expect, it } from 'vitest';
import { databaseFileIn } from '../../src/load/overload.js';
import { openDatabase } from '../../src/store/database/database.js';
import { exportOf, message } from '../engines/dialog/bot-builder.js';
import { createCaller, goLive, type LiveChannel, startTestApp, type TestApp } from '../support/app.js';
import { lineOf } from '../support/own-bot.js';

let app: TestApp;
afterEach(() => app.remove());

it('a universal bot that was live before they were refused says that it is not available, and is not published again', async () => {
  app = await startTestApp();
  const definition = exportOf({ Greet: { m: message('Hello!') } }, { type: 'default' });
  const { importBot } = await app.gql('mutation($input: ImportBotInput!) { importBot(input: $input) { bot { id } } }', {
    input: { definition, mode: 'NEW' },
  });
  const botId = importBot.bot.id;
  const caller = await createCaller(app);
  const [channel] = (await goLive(app, botId, [{ appClientId: caller.clientId }])) as [LiveChannel];
  const line = lineOf(app, caller, channel);
  const said = async () => (await line.v1({ message: { text: 'greet' }, from: { id: 'u' } })).body.text;
  expect(await said()).toBe('Hello!');

  await app.stop();
  {
    await using stored = openDatabase({ url: databaseFileIn(app.dataDir) });
    const [{ body }] = await stored.read('definitions').select('body');
    await stored.write('definitions').update({ body: body.replace('"type":"default"', '"type":"universalbot"') });
  }
  await app.restart();

  expect(await said()).toBe('I am sorry, this task is not available at the moment.');
  const publishing = app.gql('mutation($input: PublishBotInput!) { publishBot(input: $input) { id } }', {
    input: { botId, channelIds: [channel.id] },
  });
  await expect(publishing).rejects.toMatchObject({ code: 'CONFLICT', message: expect.stringMatching(/universal bot/) });
});
