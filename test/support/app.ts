import type { KeyObject } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import jwt from 'jsonwebtoken';
import { readEnv } from '../../src/config/env.js';
import { databaseFileIn } from '../../src/load/overload.js';
import { createLog, type Log, silentLog } from '../../src/log.js';
import { type App, type AppOverrides, startApp } from '../../src/server/app.js';
import { migratedDatabase } from './migrated.js';
import { quickPasswords } from './plain-passwords.js';

export const ADMIN_TOKEN = 'test-admin-token-0123456789-0123456789';

/** Where GraphQL operations go. */
export interface ControlPlaneDoor {
  /** `data` of a GraphQL operation; throws with the first error's code and message. */
  // biome-ignore lint/suspicious/noExplicitAny: each test knows the shape of the document it sends
  gql<T = any>(document: string, variables?: Record<string, unknown>, token?: string): Promise<T>;
}

/** The real server on a free port, with a database of its own and callbacks to this machine allowed. */
export interface TestApp extends ControlPlaneDoor {
  readonly url: string;
  readonly metricsUrl: string;
  dataDir: string;
  /** Status and body of a POST to a hook. */
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<HookResponse>;
  stop(): Promise<void>;
  /** Stops it and starts it again on the same data. */
  restart(): Promise<void>;
  /** Stops it and removes its data. */
  remove(): Promise<void>;
}

interface GraphqlAnswer {
  data: unknown;
  errors?: { message: string; extensions: { code: string } }[];
}

export interface HookResponse {
  status: number;
  headers: Headers;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the hook answered; reading more than there is fails the test
  body: any;
}

export interface TestAppOptions extends AppOverrides {
  env?: Record<string, string>;
  log?: Log;
}

export async function startTestApp({
  env = {},
  log = process.env.TEST_LOG ? createLog(process.env.TEST_LOG) : silentLog,
  ...overrides
}: TestAppOptions = {}): Promise<TestApp> {
  const dataDir = await mkdtemp(join(tmpdir(), 'hookswitch-app-'));
  const settings = readEnv({
    PORT: '0',
    DATA_DIR: dataDir,
    BOOTSTRAP_ADMIN_TOKEN: ADMIN_TOKEN,
    OUTBOUND_ALLOW_HTTP: 'true',
    OUTBOUND_ALLOW_CIDRS: '127.0.0.0/8',
    PUBLIC_URL: 'http://hooks.test',
    MIN_FREE_DISK_MB: '0',
    ...env,
  });
  if (!settings.DATABASE_URL) await writeFile(databaseFileIn(dataDir), await migratedDatabase());
  const start = () =>
    startApp(settings, log, {
      quickWaitsMs: [0, 0],
      warmUp: false,
      passwords: quickPasswords(),
      ...overrides,
    });
  let app: App = await start();
  return {
    get url() {
      return app.url;
    },
    get metricsUrl() {
      return app.metricsUrl;
    },
    dataDir,
    gql: (document, variables, token) => controlPlaneOf(app.url).gql(document, variables, token),
    async post(path, body, headers = {}) {
      const response = await fetch(`${app.url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      });
      const text = await response.text();
      const isJson = response.headers.get('content-type')?.includes('json');
      return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : text };
    },
    stop: () => app.stop(),
    async restart() {
      await app.stop();
      app = await start();
    },
    async remove() {
      await app.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** The control plane of a running server. */
export function controlPlaneOf(url: string): ControlPlaneDoor {
  return {
    async gql(document, variables = {}, token = ADMIN_TOKEN) {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify({ query: document, variables }),
      });
      const answer = (await response.json()) as GraphqlAnswer;
      const [first] = answer.errors ?? [];
      if (first) throw Object.assign(new Error(first.message), first.extensions);
      return answer.data as never; // the caller names its shape
    },
  };
}

/** A caller's credentials, and what it sends with a message. */
export interface Caller {
  clientId: string;
  clientSecret: string;
  headers(claims?: Record<string, unknown>, options?: jwt.SignOptions): Record<string, string>;
}

/** `privateKey`: of an app with keys. */
export async function createCaller(
  app: ControlPlaneDoor,
  input: Record<string, unknown> = {},
  privateKey?: KeyObject,
): Promise<Caller> {
  const { createApp } = await app.gql(
    'mutation($input: CreateAppInput!) { createApp(input: $input) { clientSecret app { clientId algorithm } } }',
    { input: { name: `app ${Math.random()}`, ...input } },
  );
  const { clientId, algorithm } = createApp.app;
  const { clientSecret } = createApp;
  return {
    clientId,
    clientSecret,
    headers: (claims = {}, options = {}) => {
      const claimed = { appId: clientId, sub: 'user', ...claims };
      const token = jwt.sign(claimed, privateKey ?? clientSecret, { algorithm, ...options });
      return { authorization: `bearer ${token}` };
    },
  };
}

export interface LiveChannel {
  id: string;
  botId: string;
  /** Path of the hook. */
  path: string;
  signingSecret: string | null;
}

/** Makes channels on a bot, approves them and publishes the bot with all of them. */
export async function goLive(
  app: ControlPlaneDoor,
  botId: string,
  inputs: Record<string, unknown>[],
): Promise<LiveChannel[]> {
  const channels: LiveChannel[] = [];
  for (const input of inputs) {
    const { createWebhookChannel: saved } = await app.gql(
      `mutation($input: CreateWebhookChannelInput!) { createWebhookChannel(input: $input) {
        signingSecret approvalRequest { id } channel { id isDefault } } }`,
      { input: { botId, enabled: true, mode: 'SYNC', name: `channel ${channels.length + 1}`, ...input } },
    );
    await app.gql('mutation($id: ID!) { approve(requestId: $id) { status } }', { id: saved.approvalRequest.id });
    const { id, isDefault } = saved.channel;
    const path = `/chatbot/hooks/${botId}${isDefault ? '' : `/hookInstance/${id}`}`;
    channels.push({ id, botId, path, signingSecret: saved.signingSecret });
  }
  await publish(
    app,
    botId,
    channels.map(({ id }) => id),
  );
  return channels;
}

export async function publish(app: ControlPlaneDoor, botId: string, channelIds: string[]): Promise<void> {
  await app.gql('mutation($input: PublishBotInput!) { publishBot(input: $input) { id } }', {
    input: { botId, channelIds },
  });
  const { approvalRequests } = await app.gql(
    '{ approvalRequests(status: PENDING, first: 100) { edges { node { id kind bot { id } } } } }',
  );
  for (const { node } of approvalRequests.edges) {
    if (node.kind !== 'PUBLISH' || node.bot.id !== botId) continue;
    await app.gql('mutation($id: ID!) { approve(requestId: $id) { status } }', { id: node.id });
  }
}

export async function createBot(app: ControlPlaneDoor, input: Record<string, unknown> = {}): Promise<string> {
  const { createBot: bot } = await app.gql('mutation($input: CreateBotInput!) { createBot(input: $input) { id } }', {
    input: { name: 'Test bot', ...input },
  });
  return bot.id;
}
