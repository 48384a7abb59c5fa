import { floorHook } from './floor-hook.js';
import { floorRows, openFloorStore } from './floor-store.js';

/** F4: F2, and what a synchronous turn stores. No bot is looked up; nothing is checked, thought, rendered or counted in memory. */
const [secret = '', databaseFile = ''] = process.argv.slice(2);
const queue = await openFloorStore(databaseFile);
/** How often each user has written, which is the epoch of the lane. */
const epochs = new Map<string, number>();

floorHook(secret, async (message) => {
  const epoch = epochs.get(message.from.id) ?? 0;
  const { conversation, done, session, counts } = floorRows(message);
  const { status } = await queue.commit({ conversation, turn: done, session, counts, ranAlone: { epoch } });
  epochs.set(message.from.id, epoch + 1);
  if (status !== 'committed') throw new Error(status);
  return { text: `${message.message.text}|1|0` };
});
