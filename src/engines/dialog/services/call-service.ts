import { responseOf } from '../../../bots/tape.js';
import type { ServiceNode } from '../../../definition/program.js';
import type { Json, JsonObject } from '../../../json.js';
import type { OutboundRequest } from '../../../outbound/request.js';
import { traceparentOf } from '../../../trace.js';
import { NodeFailure, type Run } from '../run.js';
import { addressOf } from './address.js';
import { bodyOf, parseJson } from './body.js';
import { headersOf } from './headers.js';

/** Bytes of an answer, which becomes part of the conversation's state; beyond it the call fails. */
const MAX_ANSWER_BYTES = 1024 * 1024;
const METHODS: Readonly<Record<string, OutboundRequest['method']>> = {
  get: 'GET',
  head: 'HEAD',
  post: 'POST',
  put: 'PUT',
  patch: 'PATCH',
  delete: 'DELETE',
};

/** Makes the HTTP call of a service node, and gives `{statusCode, body, headers}`. NodeFailure when there is no answer. */
export async function callService(run: Run, node: ServiceNode): Promise<JsonObject> {
  const { service } = node;
  const url = await addressOf(run, node);
  const method = METHODS[service.endPoint.method] ?? 'GET';
  const headers = {
    traceparent: traceparentOf(run.turn.traceId),
    ...(await headersOf(run, service.headers)),
    ...authorization(run, service.authProfile),
  };
  const body = method === 'GET' || method === 'HEAD' ? null : await bodyOf(run, service, headers);
  const startedAt = performance.now();
  try {
    const ask = () =>
      run.deps.outbound.request({
        method,
        url,
        headers,
        ...(body === null ? {} : { body }),
        span: { name: 'call service', turnId: run.turn.turnId, attributes: { 'hookswitch.bot.id': run.turn.botId } },
        partition: `bot:${run.turn.botId}`,
        signal: run.signal,
        timeoutMs: service.timeoutSeconds * 1000,
        maxResponseBytes: MAX_ANSWER_BYTES,
        oversize: 'FAIL',
      });
    const answer = await responseOf(run.turn.tape, { node: node.name, method, address: url, body }, ask);
    trace(run, node, url, { status: answer.status, durationMs: Math.round(performance.now() - startedAt) });
    return {
      statusCode: answer.status,
      body: answerBody(answer.body.toString('utf8')),
      headers: headersJson(answer.headers),
    };
  } catch (error) {
    if (run.signal.aborted) throw error;
    const why = error instanceof Error ? error.message : String(error);
    trace(run, node, url, { error: why, durationMs: Math.round(performance.now() - startedAt) });
    throw new NodeFailure(`The service "${node.name}" did not answer: ${why}`);
  }
}

function authorization(run: Run, name: string): Record<string, string> {
  const profile = name === '' ? undefined : run.program.authProfiles.find((candidate) => candidate.name === name);
  if (!profile || profile.username === '') return {};
  return { authorization: `Basic ${Buffer.from(`${profile.username}:${profile.password}`).toString('base64')}` };
}

function headersJson(headers: Readonly<Record<string, unknown>>): JsonObject {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.map(String) : String(value)]),
  );
}

/** JSON where it is some that can be kept, else the text. */
function answerBody(text: string): Json {
  const parsed = parseJson(text);
  return parsed === undefined ? text : parsed;
}

/** Traces the address without path and query, where keys often stand. */
function trace(run: Run, node: ServiceNode, url: string, more: JsonObject): void {
  run.turn.trace({
    kind: 'service',
    node: node.name,
    method: node.service.endPoint.method,
    host: new URL(url).host,
    ...more,
  });
}
