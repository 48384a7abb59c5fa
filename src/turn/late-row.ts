/**
 * The row of a message that runs before it is stored. A turn that is over at once writes it along with what it came to:
 * one transaction instead of two, and the caller hears of it no later. While a bot thinks for longer than a round of the
 * event loop (a script, say), the row is written beside it.
 */
export interface LateRow {
  /**
   * Something begins that may be slow: a bot is opened, or thinks. The row is written beside it, unless it is over within
   * a round of the event loop. Gives how to say that it is over.
   */
  begin(): () => void;
  /**
   * The turn is about to write, or to give up. Resolves when the row is there; at once when it is not, and will not be
   * unless the turn writes it. Rejects when it could not be written.
   */
  claim(): Promise<void>;
}

export function lateRow(store: () => Promise<void>): LateRow {
  let claimed = false;
  let storing: Promise<void> | null = null;
  return {
    begin() {
      const soon = setImmediate(() => {
        if (claimed || storing) return;
        storing = store();
        storing.catch(() => {}); // whoever claims it hears of it
      });
      return () => clearImmediate(soon);
    },
    claim() {
      claimed = true;
      return storing ?? Promise.resolve();
    },
  };
}
