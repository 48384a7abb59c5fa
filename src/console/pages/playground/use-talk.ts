import { useRef, useState } from 'react';
import { useClient } from 'urql';
import type { OpenPlaygroundMutation, TestedVersion } from '../../api/.generated/graphql';
import { callHook, pollHook, uploadFile } from '../../api/call-hook';
import { problemOf } from '../../api/problem';
import type { Bubble } from '../../parts/bubbles';
import { messagesIn } from '../../parts/messages-in';
import { type AskedForm, formIn } from './form-fields';
import { OPEN_PLAYGROUND, TURN_OF_TRACE } from './playground-query';

type Pass = OpenPlaygroundMutation['openPlayground'];

/** What is sent: a message of the second version of the hook. */
export interface Sent {
  message: { type: 'text' | 'event'; val: string } | { type: 'formData'; val: object };
  /** Files that a text brings along. */
  files?: readonly File[];
  /** How it is shown. */
  shown: string;
  customData?: unknown;
}

export interface Talk {
  bubbles: Bubble[];
  running: boolean;
  /** The draft runs without its secrets. */
  secretsKeptBack: boolean;
  /** The trace of the last turn. */
  traceId: string | null;
  /** What the bot waits for to be filled in. */
  form: AskedForm | null;
  send(sent: Sent): Promise<void>;
  /** The next message begins a session. */
  restart(): void;
}

/** A pass is asked for anew when it has less left than a slow turn may take. */
const LEAST_LEFT_MS = 60_000;

/** One conversation that tries a version of a bot on a channel. */
export function useTalk(channelId: string, version: TestedVersion, user: string): Talk {
  const client = useClient();
  const [bubbles, setBubbles] = useState<Bubble[]>([]);
  const [running, setRunning] = useState(false);
  const [traceId, setTraceId] = useState<string | null>(null);
  const [form, setForm] = useState<AskedForm | null>(null);
  const [secretsKeptBack, setKeptBack] = useState(false);
  const pass = useRef<{ of: string; pass: Pass } | null>(null);
  const fresh = useRef(true);
  const add = (...more: Bubble[]) => setBubbles((before) => [...before, ...more]);

  async function passFor(): Promise<Pass> {
    const of = `${channelId} ${version}`;
    const known = pass.current;
    if (known?.of === of && new Date(known.pass.expiresAt).getTime() - Date.now() > LEAST_LEFT_MS) return known.pass;
    const { data, error } = await client.mutation(OPEN_PLAYGROUND, { channelId, version }).toPromise();
    if (!data) throw new Error(problemOf(error)?.message ?? 'The playground cannot be opened just now.');
    pass.current = { of, pass: data.openPlayground };
    setKeptBack(data.openPlayground.secretsKeptBack);
    return data.openPlayground;
  }

  async function failureOf(trace: string): Promise<Bubble[]> {
    const { data } = await client
      .query(TURN_OF_TRACE, { traceId: trace }, { requestPolicy: 'network-only' })
      .toPromise();
    return data?.turn?.error ? [{ from: 'fault', content: data.turn.error }] : [];
  }

  /** The files as a message names them; what became of those that were not taken is said. */
  async function upload({ token, url }: Pass, files: readonly File[]): Promise<object[]> {
    const taken: object[] = [];
    for (const file of files) {
      const { status, body } = await uploadFile(url, token, file);
      const { fileId } = Object(body) as { fileId?: unknown };
      if (status === 200 && typeof fileId === 'string') taken.push({ fileId, fileName: file.name });
      else throw new Error(`“${file.name}” was not taken, and nothing was sent. ${faultIn(status, body)}`);
    }
    return taken;
  }

  async function converse({ message, files = [], shown, customData }: Sent): Promise<void> {
    const opened = await passFor();
    const { token, url } = opened;
    add({ from: 'user', content: [shown, ...files.map(({ name }) => `File ${name}`)].join('\n') });
    const attachments = await upload(opened, files);
    const isNew = fresh.current && message.type === 'text';
    fresh.current = false;
    const body = {
      session: { new: isNew },
      message: { ...message, ...(attachments.length > 0 && { attachments }) },
      from: { id: user },
      ...(customData !== undefined && { customData }),
    };
    let answer = await callHook(url, token, body);
    if (answer.status === 200) setForm(null);
    for (;;) {
      if (answer.status !== 200 && answer.status !== 202) {
        add({ from: 'fault', content: faultIn(answer.status, answer.body) });
        return;
      }
      const told = Object(answer.body) as { data?: unknown; pollId?: unknown; traceId?: unknown; endOfTask?: unknown };
      const trace = typeof told.traceId === 'string' ? told.traceId : null;
      const said = messagesIn(told.data).map((content): Bubble => ({ from: 'bot', content }));
      add(...said);
      const asked = formIn(answer.body);
      if (asked) setForm(asked);
      if (typeof told.pollId === 'string') {
        answer = await pollHook(url, token, told.pollId);
        continue;
      }
      if (said.length === 0 && told.data !== undefined) add({ from: 'note', content: 'The bot said nothing.' });
      if (told.endOfTask === true) add({ from: 'note', content: 'The task has ended.' });
      if (trace !== null) {
        setTraceId(trace);
        add(...(await failureOf(trace)), { from: 'note', content: 'Look into this turn', to: `/turns/${trace}` });
      }
      return;
    }
  }

  return {
    bubbles,
    running,
    secretsKeptBack,
    traceId,
    form,
    async send(sent) {
      setRunning(true);
      try {
        await converse(sent);
      } catch (error) {
        add({ from: 'fault', content: error instanceof Error ? error.message : String(error) });
      }
      setRunning(false);
    },
    restart() {
      fresh.current = true;
      setTraceId(null);
      setForm(null);
      setBubbles([]);
    },
  };
}

function faultIn(status: number, body: unknown): string {
  const errors = typeof body === 'object' && body !== null && 'errors' in body ? body.errors : null;
  const messages = Array.isArray(errors) ? errors.map((error) => String(error?.msg ?? '')) : [];
  const words = messages.join(' ').replace(/^Invalid Request Payload: /, '');
  return `${status}: ${words || 'The hook refused the message.'}`;
}
