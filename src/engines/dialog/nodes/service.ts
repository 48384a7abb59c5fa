import { isObject, number } from '../../../definition/json.js';
import type { ServiceNode } from '../../../definition/program.js';
import type { Json, JsonObject } from '../../../json.js';
import { child } from '../context.js';
import { NodeFailure, pause, type Run, type Steps } from '../run.js';
import { callService } from '../services/call-service.js';
import { callTable } from '../services/call-table.js';
import type { Frame } from '../state.js';
import type { Outcome } from './outcome.js';
import { runBotScript } from './script.js';

/**
 * Calls a service or a data table and keeps the answer at `context.<name>.response`. Any status is an answer: authors
 * branch on it. No answer at all is the failure event. The turn commits before the call, and resumes there.
 */
export async function* runService(run: Run, frame: Frame, node: ServiceNode): Steps<Outcome> {
  const { service } = node;
  if (frame.phase === 'enter') {
    await runBotScript(run, service.preProcessor, `${node.name}, before the call`);
    frame.phase = 'call';
    const slow = service.table === null && !usesSample(run, node);
    if (slow) yield* pause(run);
  }
  await answerOfService(run, node);
  return 'next';
}

/** Calls a service without a commit before it, and gives the answer. */
export async function callOnce(run: Run, node: ServiceNode): Promise<Json> {
  await runBotScript(run, node.service.preProcessor, `${node.name}, before the call`);
  return answerOfService(run, node);
}

async function answerOfService(run: Run, node: ServiceNode): Promise<Json> {
  const { service } = node;
  const response = service.table
    ? await callTable(run, node.name, service.table)
    : usesSample(run, node)
      ? sampleResponse(service.sample)
      : await callService(run, node);
  child(run.context, node.name).response = response;
  await runBotScript(run, service.postProcessor, `${node.name}, after the call`);
  return child(run.context, node.name).response ?? null;
}

const usesSample = (run: Run, node: ServiceNode): boolean =>
  run.deps.settings.services === 'SAMPLE' && node.service.sample !== undefined;

/** Samples hold the whole answer, or its body alone. */
function sampleResponse(sample: Json | undefined): JsonObject {
  if (sample === undefined) throw new NodeFailure('The service has no sample.');
  if (isObject(sample) && 'body' in sample)
    return {
      statusCode: number(sample.statusCode) ?? 200,
      body: sample.body as Json,
      headers: (sample.headers ?? {}) as Json,
    }; // entries of JSON
  return { statusCode: 200, body: sample, headers: {} };
}
