import { type Clock, delay, SECOND } from '../../time.js';
import type { FromWorker, ToWorker } from './messages.js';

/** Milliseconds between two signs of life. */
const BEAT_EVERY_MS = 1 * SECOND;
/** Milliseconds after which a worker tells its own metrics alone: the supervisor does not answer. */
const PATIENCE_MS = 5 * SECOND;

/** The way from a worker to its supervisor. */
export interface Channel {
  send(message: FromWorker): void;
  hear(listener: (message: ToWorker) => void): void;
}

/** What a process has as one of several workers behind one port. */
export interface Seat {
  /** From 1 on; the one that is started in its place has the same. */
  number: number;
  /** The metrics of all workers, given those of this one. */
  allMetrics(own: () => Promise<string>): () => Promise<string>;
  /** Tells that it serves, from when on it gives signs of life. */
  ready(url: string): void;
  /** Resolves when it is told to end. */
  told: Promise<'stop' | 'retire'>;
}

export function createSeat(number: number, channel: Channel, clock: Clock): Seat {
  const asked = new Map<number, (text: string) => void>();
  let own: () => Promise<string> = async () => '';
  let lastId = 0;

  const told = new Promise<'stop' | 'retire'>((resolve) => {
    channel.hear((message) => {
      if (message.is === 'stop' || message.is === 'retire') return resolve(message.is);
      if (message.is === 'gathered') {
        asked.get(message.id)?.(message.text);
        asked.delete(message.id);
        return;
      }
      const { id } = message;
      void own()
        .catch(() => '')
        .then((text) => channel.send({ is: 'metrics', id, text }));
    });
  });

  function gather(): Promise<string> {
    lastId += 1;
    const id = lastId;
    const answered = new AbortController();
    const answer = new Promise<string>((resolve) => {
      asked.set(id, resolve);
      channel.send({ is: 'gather', id });
    });
    const late = delay(clock, PATIENCE_MS, answered.signal).then(own);
    return Promise.race([answer, late]).finally(() => {
      asked.delete(id);
      answered.abort();
    });
  }

  return {
    number,
    allMetrics(read) {
      own = read;
      return gather;
    },
    ready(url) {
      channel.send({ is: 'ready', url });
      const beat = (): void => {
        channel.send({ is: 'beat' });
        clock.after(BEAT_EVERY_MS, beat);
      };
      beat();
    },
    told,
  };
}
