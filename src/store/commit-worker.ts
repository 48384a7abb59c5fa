import { parentPort, workerData } from 'node:worker_threads';
import { batchWriter } from './batch-writer.js';
import type { Batch, CommitThreadSetup, FromCommitThread, ToCommitThread } from './commit-thread.js';
import { openDatabase } from './database.js';
import { codeOf } from './failures.js';
import { laneStore } from './lanes.js';

const { databaseFile, owner, works } = workerData as CommitThreadSetup; // what startCommitThread passes
const database = openDatabase({ url: databaseFile });
const write = batchWriter(database.write, 'sqlite', laneStore('sqlite', owner, works));

async function answer(message: ToCommitThread): Promise<void> {
  if (message === 'close') {
    await database[Symbol.asyncDispose]();
    parentPort?.close();
    return;
  }
  parentPort?.postMessage(await outcomeOf(message.batch));
}

async function outcomeOf(batch: string): Promise<FromCommitThread> {
  try {
    const { units, times } = JSON.parse(batch) as Batch; // what the other side wrote
    return { outcomes: await write(units, times) };
  } catch (error) {
    return { failure: { message: error instanceof Error ? error.message : String(error), code: codeOf(error) } };
  }
}

parentPort?.on('message', (message: ToCommitThread) => void answer(message));
