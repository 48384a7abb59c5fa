import type { Json } from '../json.js';
import { type Burst, nameOf, type TurnJob } from '../turn/turn-job.js';
import type { TurnInput } from '../wire/message.js';

/** Milliseconds after the first message of a burst in which a JOIN channel takes in more; what comes later begins the next. */
export const JOIN_WINDOW_MS = 1_000;

/** Only texts make a burst: an event or a form is never folded into something else. A turn that has begun stays as it is. */
const isPartOfBurst = ({ input, resume, said, acceptance, burst }: TurnJob): boolean =>
  input.message.type === 'text' && resume === null && said.length === 0 && acceptance.state === 'STORED' && !burst;

/** Whether the channel answers a burst of messages in one turn, and this one can begin a burst. */
export const startsBurst = (job: TurnJob): boolean => job.route.burst !== 'SERIAL' && isPartOfBurst(job);

/** Whether a waiting message belongs to the burst that another began. */
export function belongsTo(first: TurnJob, next: TurnJob): boolean {
  if (!isPartOfBurst(next) || next.input.mode !== first.input.mode || next.route.burst !== first.route.burst)
    return false;
  return first.route.burst === 'LATEST' || next.arrivedAt - first.arrivedAt <= JOIN_WINDOW_MS;
}

/** The one turn that answers a burst: the newest message's, in the name of all. The jobs are in lane order. */
export function oneTurnOf(jobs: readonly TurnJob[], how = howOf(jobs)): TurnJob | null {
  const newest = jobs.at(-1);
  if (!newest || jobs.length === 1) return newest ?? null;
  return Object.assign({}, newest, {
    input:
      how === 'joined' ? join(jobs.map(({ input }) => input)) : { ...newest.input, newSession: wantsNewSession(jobs) },
    burst: { answers: jobs.map(nameOf), absorbed: jobs.slice(0, -1), how },
  });
}

/** As the channel is set now: a burst keeps it from its beginning. */
const howOf = (jobs: readonly TurnJob[]): Burst['how'] =>
  jobs.at(-1)?.route.burst === 'JOIN' ? 'joined' : 'superseded';

const wantsNewSession = (jobs: readonly TurnJob[]): boolean => jobs.some(({ input }) => input.newSession);

/** The texts line by line and all attachments; everything else is the newest's, where it says something. */
function join(inputs: readonly TurnInput[]): TurnInput {
  const texts: string[] = [];
  const attachments: Json[] = [];
  let merged: Partial<TurnInput> = {};
  for (const input of inputs) {
    if (input.message.type === 'text') {
      texts.push(input.message.text);
      attachments.push(...input.message.attachments);
    }
    merged = { ...merged, ...input, newSession: input.newSession || merged.newSession === true };
  }
  const [newest] = inputs.slice(-1);
  if (!newest) throw new Error('a burst has at least one message');
  const { customData: _, ...common } = merged;
  return {
    ...newest,
    ...common,
    ...(newest.customData !== undefined && { customData: newest.customData }), // of this message, never of an earlier one
    message: { type: 'text', text: texts.filter((text) => text !== '').join('\n'), attachments },
  };
}
