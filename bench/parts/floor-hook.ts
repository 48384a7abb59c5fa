import { createSecretKey } from 'node:crypto';
import { createServer } from 'node:http';
import Router from '@koa/router';
import jwt from 'jsonwebtoken';
import Koa from 'koa';
import { readBody } from '../../src/request-body.js';
import { listening } from './listening.js';

export interface FloorMessage {
  message: { text: string };
  from: { id: string };
}

/** A bare Koa + @koa/router + jsonwebtoken hook, which answers with what is given for a message. */
export function floorHook(secret: string, answer: (message: FloorMessage) => object | Promise<object>): void {
  const key = createSecretKey(Buffer.from(secret));
  const router = new Router();
  router.post('/chatbot/hooks/:botId', async (ctx) => {
    jwt.verify(ctx.get('authorization').slice('bearer '.length), key, { algorithms: ['HS256'] });
    ctx.body = await answer(JSON.parse((await readBody(ctx.req, 1024 * 1024)).toString()));
  });
  const koa = new Koa();
  koa.use(router.routes());
  const handle = koa.callback();
  listening(createServer((request, response) => void handle(request, response)));
}
