import jwt from 'jsonwebtoken';
import { sampleBot } from '../definition/samples/sample-bot.js';
import { createApi } from './api.js';
import { curlLines } from './curl-lines.js';
import { startReceiver } from './receiver.js';
import { type DemoServer, startServer } from './server.js';
import { createChannel, importAndPublish } from './set-up.js';

const say = (text = '') => process.stdout.write(`${text}\n`);

/**
 * The main job from nothing: a bot, an app, a synchronous and an asynchronous channel, approval, publish, and a
 * conversation over both. With null in place of a server it starts one of its own, which with `keeps` goes on until Ctrl-C.
 */
export async function demo(given: { url: string; token: string } | null, keeps: boolean): Promise<void> {
  const own = given === null ? await startServer() : null;
  const { url, token } = given ?? (own as DemoServer);
  const receiver = await startReceiver();
  try {
    await show(url, token, receiver);
    if (own && keeps) await keep(own);
    else if (own) say('\nThis server stops with the demo. Start your own with: hookswitch start');
  } finally {
    receiver.close();
    await own?.stop();
  }
}

async function keep({ url, token, folder, ended }: DemoServer): Promise<void> {
  say(`\nIts data is in ${folder} until then.`);
  say(`This server goes on until Ctrl-C: ${url}/console/, with the API token ${token}`);
  const told = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
  await Promise.race([told, ended]);
}

async function show(url: string, token: string, receiver: Awaited<ReturnType<typeof startReceiver>>): Promise<void> {
  const api = createApi(url, token);
  say(`Server: ${url}`);
  const { bot, app } = await importAndPublish.begin(api, sampleBot);
  say(`Imported the bot "${bot.name}" (${bot.id}) and made the app ${app.clientId}.`);

  const sync = await createChannel(api, {
    botId: bot.id,
    name: 'IVR',
    mode: 'SYNC',
    appClientId: app.clientId,
    enabled: true,
  });
  say(`Channel "IVR" (synchronous): ${sync.message}`);
  const inbox = { mode: 'ASYNC', postUrl: `${receiver.url}/inbox`, accessToken: 'demo-access-token' };
  const async = await createChannel(api, {
    botId: bot.id,
    name: 'SMS gateway',
    ...inbox,
    appClientId: app.clientId,
    enabled: true,
  });
  say(`Channel "SMS gateway" (asynchronous): ${async.message}`);
  await importAndPublish.finish(api, bot.id, [sync, async]);
  say('An admin approved both channels and the publish: the bot is live.');

  const authorization = `bearer ${jwt.sign({ appId: app.clientId, sub: 'demo' }, app.clientSecret)}`;
  const post = async (path: string, text: string) => {
    const body = { message: { text }, from: { id: 'ada' }, to: { id: bot.id }, customData: { name: 'Ada' } };
    const response = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization },
      body: JSON.stringify(body),
    });
    if (response.status !== 200) throw new Error(`The hook answered ${response.status}: ${await response.text()}`);
    return response.text();
  };

  say('\nOver the synchronous channel:');
  const returning = ['I want to send something back', '4711', 'it is damaged', 'yes'];
  for (const text of ['hello', 'when are you open', 'where is my order', '4711', ...returning, 'thanks']) {
    const { text: reply } = JSON.parse(await post(sync.path, text)) as { text: unknown };
    say(`  you: ${text}\n  bot: ${[reply].flat().map(shown).join('\n       ')}`);
  }
  say('\nOver the asynchronous channel:');
  for (const text of ['thanks', 'order status']) {
    const acknowledgement = await post(async.path, text);
    say(`  you: ${text}   (acknowledged with ${acknowledgement.length} bytes)`);
    const { body, headers } = await receiver.next();
    say(
      `  bot: ${String(body.text)}   (POSTed to your URL, sequence ${String(body.sequence)}, ${String(headers['webhook-id'])})`,
    );
  }
  say('\nThe same by hand (README.md walks through it):\n');
  say(curlLines({ url, botId: bot.id, clientId: app.clientId, hook: sync.path, authorization }));
}

/** A text as it is; of a template with buttons its text and their titles. */
function shown(reply: unknown): string {
  if (typeof reply === 'string') return reply;
  const { text, quick_replies: buttons = [] } = (reply as Template).payload; // the sample bot says no other ones
  return [text, ...buttons.map(({ title }) => `[${title}]`)].join(' ');
}

interface Template {
  payload: { text: string; quick_replies?: { title: string }[] };
}
