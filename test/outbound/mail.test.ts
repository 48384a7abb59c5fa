import { type AddressInfo, createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMailer, type Mailer } from '../../src/outbound/mail.js';
import { systemClock } from '../../src/time.js';
import { createTestClock } from '../support/clock.js';
import { createMailServer, type MailServer } from '../support/mail-server.js';

let server: MailServer;
let mailer: Mailer;
const from = 'Hookswitch <hooks@example.com>';
const mail = { id: 'ad-1', to: 'ops@example.com', subject: 'Häfen', text: 'One\nTwo\n' };

beforeAll(async () => {
  server = await createMailServer((address) => Number(/^reply-(\d+)@/.exec(address)?.[1] ?? 0) || null);
  mailer = createMailer({ url: server.url, from, clock: systemClock });
});
afterAll(() => server.close());

describe('the mailer', () => {
  it('hands an e-mail to the server of SMTP_URL, under one message id at every attempt', async () => {
    expect(await mailer.send(mail)).toEqual({ kind: 'accepted', reply: 250 });
    await mailer.send(mail);
    const [first, again] = await server.received(2);
    expect(first).toMatchObject({ from: 'hooks@example.com', to: ['ops@example.com'] });
    expect(first?.text).toContain('From: Hookswitch <hooks@example.com>');
    expect(first?.text).toMatch(/^Subject: =\?UTF-8\?/m);
    expect(first?.text).toContain('Auto-Submitted: auto-generated');
    for (const received of [first, again]) expect(received?.text).toContain('Message-ID: <ad-1@example.com>');
  });

  it.each([
    [550, 'refused'],
    [452, 'failed'],
  ])('tells a recipient answered with %s as %s, in words of its own', async (reply, kind) => {
    const outcome = await mailer.send({ ...mail, to: `reply-${reply}@example.com` });
    expect(outcome).toMatchObject({ kind, reply });
    expect(outcome).toHaveProperty('error', expect.stringMatching(/^MAIL_REFUSED: .*\(reply \d{3}\)\.$/));
    expect(JSON.stringify(outcome)).not.toContain('secret-host');
  });

  it('tells of a server that is not there without naming it', async () => {
    const gone = createMailer({ url: 'smtp://user:pa55@127.0.0.1:1', from, clock: systemClock });
    const outcome = await gone.send(mail);
    expect(outcome).toEqual({ kind: 'failed', reply: null, error: 'CONNECT: The mail server could not be reached.' });
  });

  it('gives up a server that says nothing', async () => {
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const clock = createTestClock();
    const { port } = silent.address() as AddressInfo;
    const sending = createMailer({ url: `smtp://127.0.0.1:${port}`, from, clock }).send(mail);
    clock.advance(15_000);
    expect(await sending).toEqual({
      kind: 'failed',
      reply: null,
      error: 'TIMEOUT: The mail server did not answer in time.',
    });
    silent.close();
  });
});
