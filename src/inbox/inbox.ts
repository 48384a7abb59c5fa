import { rowId } from '../ids.js';
import type { InboundMessage } from '../wire/message.js';
import { type AcceptDeps, createAccept, usedToken } from './accept.js';
import type { Receipt } from './answer.js';
import { createTurnLanes, type TurnLanes, type TurnLanesDeps } from './turn-lanes.js';

/** Messages in, answers out: the one way into a conversation, whatever the hook's version. */
export interface Inbox extends Pick<TurnLanes, 'claim' | 'caughtUp' | 'depth' | 'drained'> {
  /**
   * Resolves when the message may be acknowledged, or answered to a synchronous caller. Rejects with TIMEOUT after the
   * synchronous limit, with CONFLICT for a key that was used with another body, with UNAUTHENTICATED for a token that was
   * used before, and with UNAVAILABLE when nothing more can be taken in or stored.
   */
  accept(message: InboundMessage): Promise<Receipt>;
  /** Rejects with UNAUTHENTICATED when this token has been used before. */
  consumeToken(jti: NonNullable<InboundMessage['jti']>): Promise<void>;
}

export function createInbox(deps: AcceptDeps & TurnLanesDeps): Inbox {
  const lanes = createTurnLanes(deps);
  const { claim, caughtUp, depth, drained } = lanes;
  return {
    accept: createAccept(deps, lanes),
    async consumeToken(jti) {
      const written = await deps.queue.commit({ jti: { ...jti, turnId: rowId('tn') } });
      if (written.status !== 'committed') throw usedToken();
    },
    claim,
    caughtUp,
    depth,
    drained,
  };
}
