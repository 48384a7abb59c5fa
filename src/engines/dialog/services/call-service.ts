import { isObject, objects, string } from '../../../definition/json.js';
import type { ServiceNode } from '../../../definition/program.js';
import type { Json, JsonObject } from '../../../json.js';
import { excessOf } from '../../../json-limits.js';
import type { OutboundRequest } from '../../../outbound/request.js';
import { traceparentOf } from '../../../trace.js';
import { NodeFailure, type Run } from '../run.js';
import { fillJson, fillUrl } from './fill.js';

const MAX_ANSWER_BYTES = 1024 * 1024; // it becomes part of the conversation's state
const METHODS: Readonly<Record<string, OutboundRequest['method']>> = {
  get: 'GET',
  head: 'HEAD',
  post: 'POST',
  put: 'PUT',
  patch: 'PATCH',
  delete: 'DELETE',
};

/** Makes the HTTP call of a service node. Gives `{statusCode, body, headers}`; NodeFailure when there is no answer. */
export async function callService(run: Run, node: ServiceNode): Promise<JsonObject> {
  const { service } = node;
  const url = await urlOf(run, node);
  const method = METHODS[service.endPoint.method] ?? 'GET';
  const headers = {
    traceparent: traceparentOf(run.turn.traceId),
    ...(await headersOf(run, service.headers)),
    ...authorization(run, service.authProfile),
  };
  const body =
    method === 'GET' || method === 'HEAD'
      ? null
      : encodeBody(await fillJson(run, service.body), service.bodyType, headers);
  const startedAt = performance.now();
  try {
    const answer = await run.deps.outbound.request({
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
    trace(run, node, url, { status: answer.status });
    return {
      statusCode: answer.status,
      body: parseBody(answer.body.toString('utf8')),
      headers: headersJson(answer.headers),
    };
  } catch (error) {
    if (run.signal.aborted) throw error;
    const why = error instanceof Error ? error.message : String(error);
    trace(run, node, url, { error: why, durationMs: Math.round(performance.now() - startedAt) });
    throw new NodeFailure(`The service "${node.name}" did not answer: ${why}`);
  }
}

/** Host and protocol may be missing: then the path begins with a variable that holds them (kore-exports.md §6). */
async function urlOf(run: Run, node: ServiceNode): Promise<string> {
  const { protocol, host, port, path } = node.service.endPoint;
  const filled = await fillUrl(run, path);
  const server = (await fillUrl(run, host)).replace(/^https?:\/\//, '').replace(/\/+$/, '');
  const joined =
    server === ''
      ? filled
      : `${protocol || 'https'}://${server}${port ? `:${port}` : ''}${filled.startsWith('/') || filled === '' ? '' : '/'}${filled}`;
  const url = /^https?:\/\//i.test(joined) ? joined : `${protocol || 'https'}://${joined}`;
  if (!URL.canParse(url) || new URL(url).hostname === '') {
    throw new NodeFailure(
      `The service "${node.name}" has no usable address. Fill in the variables its address is made of.`,
    );
  }
  return new URL(url).href;
}

async function headersOf(run: Run, text: string): Promise<Record<string, string>> {
  const parsed = parseBody(await fillJson(run, text));
  const headers: Record<string, string> = {};
  const entries: [string, unknown][] = Array.isArray(parsed)
    ? objects(parsed).map((entry) => [string(entry.key), entry.value])
    : Object.entries(isObject(parsed) ? parsed : {});
  for (const [name, value] of entries) {
    const lower = name.trim().toLowerCase();
    if (/^[\w!#$%&'*+.^`|~-]+$/.test(lower) && !OWN_HEADERS.has(lower))
      headers[lower] = string(value)
        .replace(/[\r\n]+/g, ' ')
        .trim();
  }
  return headers;
}

/** Set by whoever makes the connection. */
const OWN_HEADERS = new Set([
  'host',
  'accept-encoding', // answers are read as sent, not unpacked
  'content-length',
  'connection',
  'transfer-encoding',
  'keep-alive',
  'upgrade',
  'expect',
  'te',
  'trailer',
]);

function authorization(run: Run, name: string): Record<string, string> {
  const profile = name === '' ? undefined : run.program.authProfiles.find((candidate) => candidate.name === name);
  if (!profile || profile.username === '') return {};
  return { authorization: `Basic ${Buffer.from(`${profile.username}:${profile.password}`).toString('base64')}` };
}

function encodeBody(body: string, bodyType: string, headers: Record<string, string>): string | null {
  if (body === '') return null;
  const type = headers['content-type'] ?? '';
  if (/urlencoded|form/i.test(bodyType) || /urlencoded/i.test(type)) {
    headers['content-type'] = 'application/x-www-form-urlencoded';
    const parsed = parseBody(body);
    return isObject(parsed) ? formEncoded(parsed) : body;
  }
  headers['content-type'] ??= 'application/json';
  return body;
}

function formEncoded(fields: Readonly<Record<string, unknown>>): string {
  const text = (value: unknown): string =>
    isObject(value) || Array.isArray(value) ? JSON.stringify(value) : string(value);
  return new URLSearchParams(
    Object.entries(fields).map(([key, value]): [string, string] => [key, text(value)]),
  ).toString();
}

/** JSON where it is some that can be kept, else the text. */
function parseBody(text: string): Json {
  if (!/^\s*[[{"\-\dtfn]/.test(text) || excessOf(text)) return text;
  try {
    // JSON.parse gives JSON.
    return text.includes('__proto__')
      ? (JSON.parse(text, (key, value: Json) => (key === '__proto__' ? undefined : value)) as Json)
      : (JSON.parse(text) as Json);
  } catch {
    return text;
  }
}

function headersJson(headers: Readonly<Record<string, unknown>>): JsonObject {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.map(String) : String(value)]),
  );
}

/** The address without path and query, where keys often stand. */
function trace(run: Run, node: ServiceNode, url: string, more: JsonObject): void {
  run.turn.trace({
    kind: 'service',
    node: node.name,
    method: node.service.endPoint.method,
    host: new URL(url).host,
    ...more,
  });
}
