import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import bottender from 'bottender';
import express from 'express';

const [folder, sinkUrl, channelSecret] = process.argv.slice(2);
const { FileSessionStore, LineBot } = bottender;

/** An echo that counts its conversation's turns, on Bottender's LINE channel: it answers by a call of its own. */
const sessions = join(folder, 'bottender');
mkdirSync(sessions, { recursive: true });
const bot = new LineBot({
  accessToken: 'not used',
  channelSecret,
  origin: sinkUrl,
  sessionStore: new FileSessionStore(sessions, Number.POSITIVE_INFINITY),
});
bot.onEvent(async (context) => {
  const count = (context.state.count ?? 0) + 1;
  context.setState({ count });
  await context.replyText(`${context.event.text}|${count}|0`);
});
const handle = bot.createRequestHandler();
const app = express();
const rawBody = (request, _, body) => {
  request.rawBody = body.toString();
};
app.post('/api/messages', express.json({ verify: rawBody }), async ({ method, headers, rawBody, body }, response) => {
  const request = { method, headers, rawBody, body, query: {}, params: {} };
  const checked = await bot.connector.preprocess(request);
  const { status = 200, body: answer = '' } = (checked.shouldNext ? await handle(body, request) : checked.response) ?? {};
  response.status(status).send(answer);
});
const server = app.listen(0, '127.0.0.1', () => {
  process.send?.({ url: `http://127.0.0.1:${server.address().port}` });
});
server.keepAliveTimeout = 65_000;
