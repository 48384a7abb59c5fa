import type { Tape } from '../bots/tape.js';
import type { Json } from '../json.js';
import { identityOf } from '../turn/recorder.js';
import type { CallAnswer, RecordedCall } from '../turn/turn-record.js';

/** A question of a turn that it did not ask when it was recorded. */
export type NewQuestion = { node: string; answered: Exclude<Answered, 'RECORDED'> };

/** How a question was answered. RECORDED: with its own recorded answer; IN_ORDER: with its node's next one; NOT_AT_ALL: none was recorded. */
export type Answered = 'RECORDED' | 'IN_ORDER' | 'NOT_AT_ALL';

/**
 * Plays recorded answers of the outside back to a turn. The same question gets its own answer; a question of the same node with
 * another address or body gets that node's next answer; any other gets an error. `outOfTime` is called for an answer that had not
 * come when the recorded turn ran out of time.
 */
export function createPlayer(
  calls: readonly RecordedCall[],
  outOfTime: () => void,
  told: (method: string, answered: Answered, answer: Json | null) => void = () => {},
): { tape: Tape; newQuestion(): NewQuestion | null } {
  const left = [...calls];
  let asked: NewQuestion | null = null;

  function take(found: (call: RecordedCall) => boolean): RecordedCall | undefined {
    const at = left.findIndex(found);
    return at === -1 ? undefined : left.splice(at, 1)[0];
  }

  const through: Tape['through'] = async (question) => {
    const { node, method, address, body } = identityOf(question);
    const ofNode = (call: RecordedCall) => call.node === node && call.method === method;
    const same = take((call) => ofNode(call) && call.address === address && call.body === body);
    if (same) {
      told(method, 'RECORDED', jsonOf(same.answer));
      return answerWith(same.answer, outOfTime);
    }
    const next = take(ofNode);
    told(method, next ? 'IN_ORDER' : 'NOT_AT_ALL', jsonOf(next?.answer));
    if (asked?.answered !== 'NOT_AT_ALL') asked ??= { node, answered: 'IN_ORDER' };
    if (next) return answerWith(next.answer, outOfTime);
    asked = { node, answered: 'NOT_AT_ALL' };
    throw new Error('Nothing was recorded that answers this question.');
  };
  return { tape: { through }, newQuestion: () => asked };
}

const jsonOf = (answer: CallAnswer | undefined): Json | null =>
  answer ? ('value' in answer ? answer.value : { error: answer.error.message }) : null;

function answerWith(answer: CallAnswer | undefined, outOfTime: () => void): Promise<Json> {
  if (!answer) {
    outOfTime();
    return new Promise(() => {}); // the turn is over
  }
  if ('value' in answer) return Promise.resolve(answer.value);
  const { message, ...more } = answer.error;
  return Promise.reject(Object.assign(new Error(message), more));
}
