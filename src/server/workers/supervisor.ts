import type { Log } from '../../log.js';
import { type Clock, SECOND, type Timer } from '../../time.js';
import { createGathering } from './gathering.js';
import type { FromWorker } from './messages.js';
import { createPauses, type Pauses, SOUND_AFTER_MS } from './pauses.js';
import { SILENT_MS, type Worker, watchWorker } from './worker.js';
import { type Ending, type WorkerProcess, wordsOf } from './worker-process.js';

export interface SupervisorDeps {
  /** Workers that serve side by side. */
  count: number;
  /** Starts the process of a worker, by its number from 1 on. */
  fork(number: number): WorkerProcess;
  clock: Clock;
  log: Pick<Log, 'info' | 'warn' | 'error'>;
  /** Milliseconds that a worker may take to finish its work, and to leave the port before that. */
  limits: { drainMs: number; retireMs: number };
  /** Milliseconds of service after which earlier ends are forgotten. */
  soundAfterMs?: number | undefined;
}

export interface Supervisor {
  /** Starts all workers, the first one alone: it prepares the database. Resolves with their URL once they serve. */
  start(): Promise<string>;
  /** Puts a new process in the place of each, one after the other; one that does not start leaves the old one there. */
  restart(): Promise<void>;
  /** Has all finish their work and end. */
  stop(): Promise<void>;
  /** Resolves with the reason when the supervisor has given up: a worker ends again and again. */
  gaveUp: Promise<string>;
}

/** The place of a worker: which process serves there. */
interface Place {
  number: number;
  worker: Worker | null;
  /** The process that is started to serve here instead. */
  next: Worker | null;
  pauses: Pauses;
  restarts: number;
}

/** Milliseconds between two looks for workers that stand still. */
const LOOK_EVERY_MS = 5 * SECOND;
/** Milliseconds beyond its limits after which a worker that leaves is killed. */
const MARGIN_MS = 5 * SECOND;

/** Keeps a number of processes serving behind one port. */
export function createSupervisor(deps: SupervisorDeps): Supervisor {
  const { count, fork, clock, log, limits, soundAfterMs = SOUND_AFTER_MS } = deps;
  const places: Place[] = Array.from({ length: count }, (_, index) => ({
    number: index + 1,
    worker: null,
    next: null,
    pauses: createPauses(soundAfterMs),
    restarts: 0,
  }));
  /** Every process that has not ended. */
  const alive = new Set<Worker>();
  const gathering = createGathering(clock, () => restartsText(places));
  let stopping = false;
  let round: Promise<void> = Promise.resolve();
  let waitingRound: Promise<void> | null = null;
  let giveUp: (reason: string) => void = () => {};
  const gaveUp = new Promise<string>((resolve) => {
    giveUp = resolve;
  });

  function launch(place: Place): Worker {
    const hear = (message: FromWorker) => gathering.hear(worker, message, serving());
    const worker = watchWorker(place.number, fork(place.number), clock, hear);
    alive.add(worker);
    void worker.started.then((started) => {
      if ('url' in started) log.info({ worker: place.number, pid: worker.pid }, 'worker serves');
    });
    void worker.ended.then((ending) => {
      alive.delete(worker);
      if (place.worker !== worker) return; // another serves there, or it never did
      place.worker = null;
      if (!stopping) replace(place, worker, ending);
    });
    return worker;
  }

  /** Starts another one for a worker that has ended by itself. */
  function replace(place: Place, worker: Worker, ending: Ending): void {
    const pauseMs = place.pauses.next(worker.servedMs());
    const how = wordsOf(ending);
    if (pauseMs === null) {
      giveUp(`Worker ${place.number} ends again and again (${how}): the lines before say why.`);
      return;
    }
    log.warn({ worker: place.number, pid: worker.pid, how, pauseMs }, 'worker ended and is started again');
    place.restarts += 1;
    clock.after(pauseMs, () => fill(place));
  }

  function fill(place: Place): void {
    if (!stopping && place.worker === null && place.next === null) place.worker = launch(place);
  }

  /** One for each place: during a restart an old and a new one bear the same number. */
  const serving = () => places.flatMap(({ worker }) => (worker?.isServing() ? [worker] : []));

  async function restartAll(): Promise<void> {
    log.info({ workers: count }, 'restarting workers one by one');
    for (const place of places) {
      if (stopping) return;
      const old = place.worker;
      if (old === null) continue; // about to be started anyway
      const next = launch(place);
      place.next = next;
      const started = await next.started;
      place.next = null;
      if ('ending' in started) {
        if (!stopping) log.error({ worker: place.number, how: wordsOf(started.ending) }, REFUSED);
        return fill(place);
      }
      place.worker = next;
      if (alive.has(old)) await old.leave('retire', limits.retireMs + limits.drainMs + MARGIN_MS);
    }
    log.info({ workers: count }, 'all workers have been restarted');
  }

  let lookedAt = clock.monotonicNow();
  let timer: Timer | null = null;
  function look(): void {
    const now = clock.monotonicNow();
    // After a standstill of its own it has not heard those who spoke.
    const stoodStill = now - lookedAt > SILENT_MS / 2;
    lookedAt = now;
    for (const worker of alive) {
      if (stoodStill) worker.excuse();
      else if (worker.killIfSilent())
        log.error({ worker: worker.number, pid: worker.pid }, 'worker stands still and is killed');
    }
    timer = clock.after(LOOK_EVERY_MS, look);
  }

  return {
    async start() {
      timer = clock.after(LOOK_EVERY_MS, look);
      const [first, ...others] = places;
      if (!first) throw new Error('There must be a worker.');
      const worker = launch(first);
      const started = await worker.started; // if it does not serve, none will
      if ('ending' in started) throw new NotStarted(started.ending);
      first.worker = worker;
      others.forEach(fill);
      await Promise.all(places.flatMap(({ worker }) => (worker ? [worker.started] : [])));
      return started.url;
    },
    restart() {
      waitingRound ??= round.then(() => {
        waitingRound = null;
        round = restartAll();
        return round;
      });
      return waitingRound;
    },
    async stop() {
      stopping = true;
      timer?.cancel();
      await Promise.all([...alive].map((worker) => worker.leave('stop', limits.retireMs + limits.drainMs + MARGIN_MS)));
    },
    gaveUp,
  };
}

const REFUSED =
  'the new process of this worker did not start; the old ones go on. Mend what its lines say, and try again';

/** The first worker ended before it served, having said why. */
export class NotStarted extends Error {
  override readonly name = 'NotStarted';
  constructor(readonly ending: Ending) {
    super(`The server did not start (${wordsOf(ending)}): the lines before say why.`);
  }
}

function restartsText(places: readonly Place[]): string {
  const series = places.map(
    ({ number, restarts }) => `hookswitch_worker_restarts_total{worker="${number}"} ${restarts}`,
  );
  return [
    '# HELP hookswitch_worker_restarts_total Starts of a worker after it had ended by itself',
    '# TYPE hookswitch_worker_restarts_total counter',
    ...series,
    '',
  ].join('\n');
}
