import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import { listening } from './listening.js';

/** F1: a bare node:http echo that checks the same JWT with node:crypto. Nothing is stored. */
const secret = process.argv[2] ?? '';
const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    if (!verifies(request.headers.authorization ?? '')) return void response.writeHead(401).end();
    const body = JSON.parse(Buffer.concat(chunks).toString()) as { message: { text: string } };
    const answer = JSON.stringify({ text: `${body.message.text}|1|0` });
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(answer) });
    response.end(answer);
  });
});
listening(server);

function verifies(header: string): boolean {
  const token = header.slice('bearer '.length);
  const end = token.lastIndexOf('.');
  const expected = createHmac('sha256', secret).update(token.slice(0, end)).digest();
  const given = Buffer.from(token.slice(end + 1), 'base64url');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return false;
  const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { appId?: string };
  return claims.appId !== undefined;
}
