import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ADMIN_TOKEN = 'e2e-admin-token-0123456789-0123456789';

/** The built server as a process of its own, on a free port, with a fresh database. */
export interface TestServer {
  url: string;
  dataDir: string;
  /** `data` of a GraphQL operation; throws with the first error's message. */
  // biome-ignore lint/suspicious/noExplicitAny: each test knows the shape of the document it sends
  gql(document: string, variables?: Record<string, unknown>): Promise<any>;
  stop(): Promise<void>;
}

export async function startServer(env: Record<string, string> = {}): Promise<TestServer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'hookswitch-e2e-'));
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const server = spawn(process.execPath, ['dist/bundle/server/main.js'], {
    cwd: root,
    env: {
      PORT: '0',
      DATA_DIR: dataDir,
      PUBLIC_URL: 'http://hooks.test',
      BOOTSTRAP_ADMIN_TOKEN: ADMIN_TOKEN,
      OUTBOUND_ALLOW_HTTP: 'true',
      OUTBOUND_ALLOW_CIDRS: '127.0.0.0/8',
      MIN_FREE_DISK_MB: '0',
      LOG_LEVEL: 'warn',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await new Promise<string>((resolve, reject) => {
    let output = '';
    server.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      const [, found] = /listens on (http:\S+)/.exec(output) ?? [];
      if (found) resolve(found);
    });
    server.once('exit', (code) => reject(new Error(`The server ended with code ${code} before it listened.`)));
  });
  return {
    url,
    dataDir,
    async gql(query, variables = {}) {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${ADMIN_TOKEN}` },
        body: JSON.stringify({ query, variables }),
      });
      const { data, errors } = (await response.json()) as { data: unknown; errors?: { message: string }[] };
      if (errors?.[0]) throw new Error(errors[0].message);
      return data;
    },
    async stop() {
      server.kill('SIGTERM');
      await once(server, 'exit');
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
