import { createSecretKey } from 'node:crypto';
import { createServer } from 'node:http';
import Router from '@koa/router';
import jwt from 'jsonwebtoken';
import Koa from 'koa';
import { readBody } from '../../src/request-body.js';
import { listening } from './listening.js';

/** F2: a bare Koa + @koa/router + jsonwebtoken echo. Nothing is stored. */
const key = createSecretKey(Buffer.from(process.argv[2] ?? ''));
const router = new Router();
router.post('/chatbot/hooks/:botId', async (ctx) => {
  jwt.verify(ctx.get('authorization').slice('bearer '.length), key, { algorithms: ['HS256'] });
  const body = JSON.parse((await readBody(ctx.req, 1024 * 1024)).toString()) as { message: { text: string } };
  ctx.body = { text: `${body.message.text}|1|0` };
});
const koa = new Koa();
koa.use(router.routes());
const handle = koa.callback();
listening(createServer((request, response) => void handle(request, response)));
