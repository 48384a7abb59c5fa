import type { JsonObject } from '../../src/json.js';
import { exportOf, message, type NodeSpec, script } from '../engines/dialog/bot-builder.js';
import { createCaller, goLive, type TestApp } from '../support/app.js';
import { type Line, lineOf } from '../support/own-bot.js';

/** A service node that POSTs to a server on this machine. */
export const service = (port: number, body: string, next: NodeSpec['next']): NodeSpec => ({
  type: 'service',
  component: {
    serviceType: 'rest',
    endPoint: { protocol: 'http', host: '127.0.0.1', port: String(port), path: '/stock', method: 'post' },
    payload: { value: body },
  },
  next,
});

/** Says what a service answers and a script makes up, in one of several ways. */
export const tea = (port: number, more: Record<string, NodeSpec> = {}): JsonObject =>
  exportOf({
    tea: {
      Ask: { type: 'entity', text: 'Which tea?', component: { entityType: 'label' }, next: 'Stock' },
      Stock: service(port, '{"tea": "{{context.entities.Ask}}"}', 'Count'),
      Count: script('context.code = String(Math.random()); context.at = Date.now();', 'Tell'),
      Tell: message(
        [
          'There is {{context.Stock.response.body.left}}, {{context.code}} at {{context.at}}.',
          'Here: {{context.code}}.',
        ],
        'end',
      ),
      ...more,
    },
  });

/** Imports a bot, sets its engine, and puts it live on one channel. */
export async function liveBot(app: TestApp, definition: JsonObject, engineSettings: object): Promise<Line> {
  const { importBot } = await app.gql('mutation($input: ImportBotInput!) { importBot(input: $input) { bot { id } } }', {
    input: { definition, mode: 'NEW' },
  });
  const botId: string = importBot.bot.id;
  await app.gql('mutation($input: UpdateBotInput!) { updateBot(input: $input) { id } }', {
    input: { id: botId, engineSettings },
  });
  const caller = await createCaller(app);
  const [channel] = await goLive(app, botId, [{ appClientId: caller.clientId }]);
  if (!channel) throw new Error('no channel');
  return lineOf(app, caller, channel);
}
