import { hash } from 'node:crypto';
import type { OpenBot } from '../bots/bots.js';
import type { Question, Tape } from '../bots/tape.js';
import type { Json } from '../json.js';
import type { Mask } from '../masks.js';
import type { SessionRow } from '../store/tables/sessions.js';
import type { Vault } from '../store/vault.js';
import { createTranscript, type Recording } from './recording.js';
import { maskedInput } from './stored-form.js';
import type { TurnJob } from './turn-job.js';
import { type CallError, type KeptTurn, packed, type RecordedCall, turnRecordData } from './turn-record.js';

/** Characters that the outside may answer in one turn; of a turn with more only that it was too large is kept. */
const MAX_ANSWERS = 512 * 1024;

/** Makes recordings of turns as they happen. */
export function createRecorder({ vault, random }: { vault: Pick<Vault, 'sealBytes'>; random(): number }) {
  return (
    job: TurnJob,
    session: { row: SessionRow; isNew: boolean },
    { versionId }: Pick<OpenBot, 'versionId'>,
    at: number,
  ): Recording => {
    const seed = Math.floor(random() * 2 ** 32);
    const { transcript, ...following } = createTranscript(seed);
    const { turnId, conversationId, route, input } = job;
    const { tape, calls, size } = createCallRecorder(route.privacy?.mask);
    const { conversationId: _, ...row } = session.row;
    return {
      tape,
      ended(end) {
        const { botName, channelName } = route;
        const kept = { versionId, botName, channelName, at, seed, session: { isNew: session.isNew, ...row } };
        const whole: KeptTurn = { kept: 'WHOLE', ...kept, input, calls, ...transcript, end };
        const record = size() > MAX_ANSWERS ? { kept: 'TOO_LARGE' as const } : masked(whole, route.privacy?.mask);
        return {
          turnId,
          conversationId,
          channelId: route.channelId,
          at,
          record: vault.sealBytes(packed(record), turnRecordData(turnId)),
        };
      },
      ...following,
    };
  };
}

function createCallRecorder(mask: Mask | null | undefined): { tape: Tape; calls: RecordedCall[]; size(): number } {
  const calls: RecordedCall[] = [];
  let size = 0;
  const through: Tape['through'] = async (question, ask) => {
    // Asked again, it is made of masked texts.
    const call: RecordedCall = identityOf(mask ? maskedQuestion(question, mask) : question);
    calls.push(call);
    try {
      const value = await ask();
      size += lengthOf(value);
      call.answer = { value };
      if (size > MAX_ANSWERS) calls.length = 0; // none of it is kept
      return value;
    } catch (error) {
      call.answer = { error: describe(error) };
      throw error;
    }
  };
  return { tape: { through }, calls, size: () => size };
}

const maskedQuestion = ({ body, ...question }: Question, mask: Mask): Question => ({
  ...question,
  address: mask.text(question.address),
  body: Buffer.isBuffer(body) ? body : mask.json(body),
});

/** What one question has in common with the same one, asked again. */
export function identityOf({ node, method, address, body }: Question): RecordedCall {
  const bytes = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body ?? null);
  return { node, method, address: digest(address), body: digest(bytes) };
}

const digest = (text: string | Buffer): string => hash('sha256', text, 'base64').slice(0, 22);

const lengthOf = (value: Json): number => {
  const { body } = Object(value);
  return typeof body === 'string' ? body.length : JSON.stringify(value).length;
};

function describe(error: unknown): CallError {
  if (!(error instanceof Error)) return { message: String(error) };
  const { reason, status } = error as Partial<CallError>;
  return {
    message: error.message,
    ...(typeof reason === 'string' && { reason }),
    ...(typeof status === 'number' && { status }),
  };
}

/** Without what the bot keeps private, also where it would be sealed: a record is kept for as long as its turn. */
function masked(whole: KeptTurn, mask: Mask | null | undefined): KeptTurn {
  if (!mask) return whole;
  const { session, input, calls, said, end } = whole;
  const hidden: KeptTurn = {
    ...whole,
    session: { ...session, state: maskedState(session.state, mask) },
    input: maskedInput(input, mask),
    calls: calls.map(({ answer, ...call }) => ({ ...call, ...(answer && { answer: mask.json(answer) }) })),
    said: said.map((message) => ({ ...message, replies: mask.json(message.replies) })),
    end: { ...mask.json({ ...end, session: null }), session: end.session && maskedState(end.session, mask) },
  };
  return JSON.stringify(hidden) === JSON.stringify(whole) ? whole : { ...hidden, kept: 'MASKED' };
}

const maskedState = (state: string, mask: Mask): string =>
  state === '' ? state : JSON.stringify(mask.json(JSON.parse(state)));
