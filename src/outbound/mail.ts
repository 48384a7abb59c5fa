import { createTransport } from 'nodemailer';
import { type Clock, SECOND } from '../time.js';

/** An e-mail in plain text. `id` is the same at every attempt, so that a mailbox can tell a repetition. */
export interface Mail {
  id: string;
  to: string;
  subject: string;
  text: string;
}

/** What the mail server made of an e-mail; `reply` is the code of its answer (RFC 5321 §4.2.1). */
export type MailOutcome =
  | { kind: 'accepted'; reply: number }
  /** Another try can help. `error` is safe to show: it names no address. */
  | { kind: 'failed'; reply: number | null; error: string }
  /** It is not to be tried again. */
  | { kind: 'refused'; reply: number; error: string };

/** The way out for e-mail: the one mail server of the settings. */
export interface Mailer {
  /** Never rejects: a failure is an outcome. */
  send(mail: Mail): Promise<MailOutcome>;
}

export interface MailerDeps {
  /** `smtp://` or `smtps://`, with user name and password. */
  url: string;
  /** The sender's address, with a name or without. */
  from: string;
  clock: Clock;
}

/** From the first byte out to the last byte in, in milliseconds. An e-mail that takes longer counts as not sent. */
const LIMIT_MS = 15 * SECOND;
/** For each step of the exchange with the server. */
const STEP_LIMIT_MS = 10 * SECOND;

export function createMailer({ url, from, clock }: MailerDeps): Mailer {
  const transport = createTransport({
    // A password is sent in clear only where the operator says so with `?requireTLS=false`, and on this machine.
    requireTLS: new URL(url).password !== '' && !isThisMachine(url),
    url,
    connectionTimeout: STEP_LIMIT_MS,
    greetingTimeout: STEP_LIMIT_MS,
    socketTimeout: STEP_LIMIT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const host = /@([^@>\s]+)>?\s*$/.exec(from)?.[1] ?? 'hookswitch';
  return {
    async send({ id, to, subject, text }) {
      const sending = transport.sendMail({
        from,
        to: { name: '', address: to },
        subject,
        text,
        messageId: `<${id}@${host}>`,
        headers: { 'Auto-Submitted': 'auto-generated' }, // RFC 3834 §5: nobody's absence note answers it
      });
      sending.catch(() => {}); // it may fail after the limit
      let passed: (value: null) => void = () => {};
      const limit = new Promise<null>((resolve) => {
        passed = resolve;
      });
      const timer = clock.after(LIMIT_MS, () => passed(null));
      try {
        const sent = await Promise.race([sending, limit]);
        if (!sent) return { kind: 'failed', reply: null, error: TIMEOUT };
        return { kind: 'accepted', reply: replyOf(sent.response) ?? 250 };
      } catch (error) {
        return outcomeOf(error);
      } finally {
        timer.cancel();
      }
    },
  };
}

const TIMEOUT = 'TIMEOUT: The mail server did not answer in time.';

const TEXT: Record<string, string> = {
  ETIMEDOUT: TIMEOUT,
  EDNS: 'DNS: The name of the mail server could not be resolved.',
  ETLS: 'TLS: No secure connection to the mail server.',
  EAUTH: 'MAIL_LOGIN: The mail server did not accept the user name and password of SMTP_URL.',
  ENOAUTH: 'MAIL_LOGIN: The mail server asks for a user name and password; SMTP_URL has none.',
  EENVELOPE: 'MAIL_REFUSED: The mail server did not accept the sender or the recipient',
  EMESSAGE: 'MAIL_REFUSED: The mail server did not accept the message',
};

function outcomeOf(error: unknown): MailOutcome {
  const { code, responseCode } = error as { code?: unknown; responseCode?: unknown }; // nodemailer's error object
  const text = TEXT[String(code)] ?? 'CONNECT: The mail server could not be reached.';
  if (typeof responseCode !== 'number') return { kind: 'failed', reply: null, error: text };
  const told = text.endsWith('.') ? text : `${text} (reply ${responseCode}).`;
  const isFinal = responseCode >= 500 && (code === 'EENVELOPE' || code === 'EMESSAGE');
  return { kind: isFinal ? 'refused' : 'failed', reply: responseCode, error: told };
}

function replyOf(response: string): number | null {
  const code = /^\d{3}/.exec(response)?.[0];
  return code === undefined ? null : Number(code);
}

const isThisMachine = (url: string): boolean => ['localhost', '127.0.0.1', '[::1]'].includes(new URL(url).hostname);
