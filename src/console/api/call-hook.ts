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
  return answerOf(response, startedAt);
}

/** Uploads a file that a message is to bring along; its answer names the file. */
export async function uploadFile(webhookUrl: string, token: string, file: File): Promise<HookAnswer> {
  const startedAt = performance.now();
  const body = new FormData();
  body.set('fileContext', 'chat');
  body.set('file', file);
  const response = await fetch(new URL(webhookUrl).pathname.replace(/\/chatbot\/.*$/, '/api/public/uploadfile'), {
    method: 'POST',
    credentials: 'omit',
    headers: { Authorization: `bearer ${token}` },
    body,
  });
  return answerOf(response, startedAt);
}

/** Asks for the rest of an answer in the second version of the hook, and waits for it for a while. */
export async function pollHook(webhookUrl: string, token: string, pollId: string): Promise<HookAnswer> {
  const startedAt = performance.now();
  const bot = new URL(webhookUrl).pathname.replace(/\/hookInstance\/.*$/, '');
  const response = await fetch(`${bot}/poll/${encodeURIComponent(pollId)}`, {
    credentials: 'omit',
    headers: { Authorization: `bearer ${token}`, Prefer: 'wait=10' },
  });
  return answerOf(response, startedAt);
}

async function answerOf(response: Response, startedAt: number): Promise<HookAnswer> {
  const body = parsed(await response.text());
  return { status: response.status, body, durationMs: Math.round(performance.now() - startedAt) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
