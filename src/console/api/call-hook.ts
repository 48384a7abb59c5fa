export interface HookAnswer {
  status: number;
  /** JSON, or the text when it is none. */
  body: unknown;
  durationMs: number;
}

/** Posts a message to a hook of this server, by the path of its URL: the public name may not be reachable from here. */
export async function callHook(webhookUrl: string, token: string, body: object): Promise<HookAnswer> {
  const startedAt = performance.now();
  const response = await fetch(new URL(webhookUrl).pathname, {
    method: 'POST',
    credentials: 'omit',
    headers: { 'Content-Type': 'application/json', Authorization: `bearer ${token}` },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, body: parsed(text), durationMs: Math.round(performance.now() - startedAt) };
}

/** Asks for the rest of an answer in the second version of the hook, and waits for it for a while. */
export async function pollHook(webhookUrl: string, token: string, pollId: string): Promise<HookAnswer> {
  const startedAt = performance.now();
  const bot = new URL(webhookUrl).pathname.replace(/\/hookInstance\/.*$/, '');
  const response = await fetch(`${bot}/poll/${encodeURIComponent(pollId)}`, {
    credentials: 'omit',
    headers: { Authorization: `bearer ${token}`, Prefer: 'wait=10' },
  });
  const text = await response.text();
  return { status: response.status, body: parsed(text), durationMs: Math.round(performance.now() - startedAt) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
