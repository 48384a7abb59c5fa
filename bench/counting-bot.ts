import type { Engine } from '../src/bots/engine.js';
import type { Engines } from '../src/engines/open-program.js';

/**
 * The bot of the measurements: repeats what was said and counts the turns of the session, so that a lost update, a turn
 * run twice or a message out of order shows in what it says. It says `parts` messages a turn: `text|count|part`.
 */
export function countingBot(parts: number): (real: Engines) => Engines {
  const reply: Engine['reply'] = async function* (turn) {
    const text = turn.message.type === 'text' ? turn.message.text : '';
    const count = Number(turn.session.engine.count ?? 0) + 1;
    turn.session.engine.count = count;
    for (let part = 0; part < parts; part += 1) {
      yield { type: 'said', contents: [{ type: 'TEXT', value: `${text}|${count}|${part}` }] };
    }
    yield { type: 'end', session: turn.session };
  };
  return (real) => ({ ...real, open: async () => ({ engine: { reply }, message: () => null }) });
}
