import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../support/app.js';

describe('a refused message', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.remove());

  /** Sends the head of a message without a token, and its body behind the answer; gives what came back. */
  async function refused(heads: string[], body = '', path = '/chatbot/hooks/st-1'): Promise<string> {
    const { hostname, port } = new URL(app.url);
    const socket = connect(Number(port), hostname);
    let seen = '';
    for (const [n, head] of heads.entries()) {
      socket.write(`POST ${path} HTTP/1.1\r\nHost: a\r\n${head}\r\n\r\n`);
      while (seen.split('"reason"').length < n + 2) seen += (await once(socket, 'data'))[0];
      socket.write(body);
    }
    socket.destroy();
    return seen;
  }

  it('with a short body keeps its connection for the next message', async () => {
    const answers = await refused(['Content-Length: 4', 'Content-Length: 4'], '1234');
    expect(answers.match(/HTTP\/1.1 401/g)).toHaveLength(2);
    expect(answers).not.toMatch(/connection: close/i);
  });

  it.each(['x.y', `tn-1.${'A'.repeat(43)}`])(
    'to a callback address nobody gave out is refused unread: %s',
    async (token) => {
      const head = 'Content-Type: application/json\r\nContent-Length: 1000000';
      expect(await refused([head], '', `/chatbot/engine/callback/${token}`)).toMatch(/^HTTP\/1.1 404/);
    },
  );

  it.each([['Content-Length: 100000'], ['Transfer-Encoding: chunked']])(
    'with a body that is long, or may be, costs its connection: %s',
    async (head) => {
      expect(await refused([head])).toMatch(/connection: close/i);
    },
  );
});
