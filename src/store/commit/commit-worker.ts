import { parentPort, workerData } from 'node:worker_threads';
import { openDatabase } from '../database/database.js';
import { codeOf } from '../database/failures.js';
import { laneStore } from '../tables/lanes.js';
import { batchWriter } from './batch-writer.js';
import { createCommitQueue } from './commit-queue.js';
import type { CommitThreadSetup, Failure, FromCommitThread, Round, ToCommitThread } from './commit-thread.js';
import type { UnitTimes } from './unit.js';

const { databaseFile, owner, directions } = workerData as CommitThreadSetup; // what startCommitThread passes
const database = openDatabase({ url: databaseFile });
let times: UnitTimes = { now: 0, leaseEnd: 0, keysForgottenBefore: 0 };
let answers: FromCommitThread['answers'] = [];
let fatal: Failure | undefined;

const queue = createCommitQueue({
  write: batchWriter(database.write, 'sqlite', laneStore('sqlite', owner, directions)),
  times: () => times,
  onFatal: (error) => {
    fatal = failureOf(error);
  },
  onBatch(_units, durationMs, cycleMs) {
    parentPort?.postMessage({ answers, durationMs, cycleMs, ...(fatal && { fatal }) } satisfies FromCommitThread);
    answers = [];
  },
});

function take({ units, times: latest }: Round): void {
  times = latest;
  for (const [number, urgency, unit] of units) {
    queue.commit(unit, urgency).then(
      (outcome) => answers.push([number, outcome]),
      (error: unknown) => answers.push([number, failureOf(error)]),
    );
  }
}

const failureOf = (error: unknown): Failure => ({
  message: error instanceof Error ? error.message : String(error),
  code: codeOf(error),
});

async function close(): Promise<void> {
  await queue.drained();
  await database[Symbol.asyncDispose]();
  parentPort?.close();
}

parentPort?.on('message', (message: ToCommitThread) => {
  if (message === 'close') void close();
  else take(JSON.parse(message.round) as Round); // what the other side wrote
});
