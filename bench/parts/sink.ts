import { createServer } from 'node:http';
import { listening } from './listening.js';

/**
 * The outside system: answers 200 at once, but never on `/hole`. `{since}` starts a new count; `{ask}` is answered with
 * how many callbacks came, when the last one did, and when each text's first byte did (milliseconds since the epoch).
 */
let count = 0;
let lastAt = 0;
let arrivals: [text: string, at: number][] = [];
let keep = false;
const now = () => performance.timeOrigin + performance.now();

const server = createServer((request, response) => {
  const at = now();
  const chunks: Buffer[] = [];
  request.on('error', () => {});
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    if (request.url === '/hole') return;
    count += 1;
    lastAt = at;
    if (keep) arrivals.push([textOf(Buffer.concat(chunks)), at]);
    response.writeHead(200, { 'content-length': 0 }).end();
  });
});
listening(server);

process.on('message', (message: { since?: { keep: boolean }; ask?: true }) => {
  if (message.since) {
    count = 0;
    arrivals = [];
    keep = message.since.keep;
  } else process.send?.({ count, lastAt, arrivals });
});

const textOf = (body: Buffer): string =>
  String((JSON.parse(body.toString()) as { text: unknown }).text).split('|')[0] ?? '';
