import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMIN_TOKEN, controlPlaneOf, startTestApp, type TestApp } from '../support/app.js';
import { freePort } from '../support/free-port.js';

const APPLY = `mutation($input: ApplyConfigurationInput!) { plan: applyConfiguration(input: $input) {
  hash applied changes { action kind name } } }`;

const documentOf = (kind: string, name: string, spec: object) => ({
  apiVersion: 'hookswitch/v1',
  kind,
  metadata: { name },
  spec,
});

const BOTS = 50;

/** 50 bots, 200 channels, 500 overrides. */
const SET_UP = [
  documentOf('App', 'Caller', {}),
  ...Array.from({ length: BOTS }, (_, bot) => `Bot ${bot}`).flatMap((bot) => [
    documentOf('Bot', bot, { engine: 'HTTP', engineSettings: { url: 'http://127.0.0.1:9/bot' } }),
    documentOf('Variable', 'region', { bot, value: 'north' }),
    documentOf('Privacy', bot, { bot, masks: [{ kind: 'CARD' }], retentionDays: 30 }),
    ...[1, 2, 3, 4].map((number) =>
      documentOf('Channel', `Channel ${number}`, { bot, mode: 'SYNC', app: 'Caller', enabled: true }),
    ),
    ...Array.from({ length: 10 }, (_, number) =>
      documentOf('Override', `message ${number}`, {
        bot,
        channel: number % 2 === 0 ? 'Channel 1' : null,
        contents: [{ type: 'TEXT', value: `Text ${number}` }],
      }),
    ),
  ]),
];

const EXPORT = '{ documents: exportConfiguration }';

describe('a set-up of 50 bots, 200 channels and 500 overrides', () => {
  let app: TestApp;
  let other: TestApp;
  let applied: { changes: object[] };
  beforeAll(async () => {
    [app, other] = await Promise.all([startTestApp(), startTestApp()]);
    const began = performance.now();
    applied = (await app.gql(APPLY, { input: { documents: SET_UP } })).plan;
    process.stdout.write(`applied ${SET_UP.length} documents in ${Math.round(performance.now() - began)} ms\n`);
  });
  afterAll(() => Promise.all([app.remove(), other.remove()]));

  it('goes through export and an empty server unchanged', async () => {
    expect(applied.changes).toHaveLength(SET_UP.length);
    const { documents } = await app.gql(EXPORT);
    await other.gql(APPLY, { input: { documents } });
    expect(JSON.stringify((await other.gql(EXPORT)).documents)).toBe(JSON.stringify(documents));
    const again = await other.gql(APPLY, { input: { documents, prune: true } });
    expect(again.plan.changes).toEqual([]);
  });

  it('shows what somebody changed by hand, and puts it right', async () => {
    const { documents } = await app.gql(EXPORT);
    const { bots } = await app.gql('{ bots(search: "Bot 7") { edges { node { id channels { id name } } } } }');
    const { id, channels } = bots.edges[0].node;
    await app.gql(
      `mutation($bot: ID!, $channel: ID!) {
        updateWebhookChannel(input: { id: $channel, textForm: ARRAY }) { message }
        setPrivacy(botId: $bot, masks: []) 
        setBotVariable(botId: $bot, key: "region", value: "south") { key }
        createWebhookChannel(input: { botId: $bot, name: "By hand", mode: SYNC }) { message } }`,
      { bot: id, channel: channels[0].id },
    );
    const input = { documents, prune: true };
    const { plan } = await app.gql(APPLY, { input: { ...input, dryRun: true } });
    expect(plan.changes.map(({ action, kind, name }: Record<string, string>) => `${action} ${kind} ${name}`)).toEqual([
      `UPDATE Channel Bot 7/${channels[0].name}`,
      'UPDATE Variable Bot 7/region',
      'UPDATE Privacy Bot 7',
      'DELETE Channel Bot 7/By hand',
    ]);
    await app.gql(APPLY, { input });
    expect(JSON.stringify((await app.gql(EXPORT)).documents)).toBe(JSON.stringify(documents));
  });

  it('takes all of one of two that are applied at once, and tells the other', async () => {
    const wish = (value: string) =>
      SET_UP.map((one) => (one.kind === 'Variable' ? { ...one, spec: { ...one.spec, value } } : one));
    const results = await Promise.allSettled(
      ['east', 'west'].map(async (value) => {
        const { plan } = await app.gql(APPLY, { input: { documents: wish(value), dryRun: true } });
        return { hash: plan.hash, value };
      }),
    ).then((plans) =>
      Promise.allSettled(
        plans.map(async (plan) => {
          if (plan.status === 'rejected') throw plan.reason;
          const { hash: planHash, value } = plan.value;
          await app.gql(APPLY, { input: { documents: wish(value), planHash } });
          return value;
        }),
      ),
    );
    const [winner, ...winners] = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    expect(winners).toEqual([]);
    expect(results.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'CONFLICT' } });
    const { documents } = await app.gql(EXPORT);
    const values = documents.flatMap((one: (typeof SET_UP)[number]) =>
      one.kind === 'Variable' ? [(one.spec as { value?: string }).value] : [],
    );
    expect(new Set(values)).toEqual(new Set([winner]));
  });
});

it('a server that is killed while it applies has all of it afterwards, or nothing', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'hookswitch-killed-'));
  const port = await freePort();
  const server = () =>
    spawn(process.execPath, ['dist/bundle/server/main.js'], {
      cwd: new URL('../..', import.meta.url),
      env: {
        PATH: '/usr/bin',
        PORT: String(port),
        DATA_DIR: dataDir,
        BOOTSTRAP_ADMIN_TOKEN: ADMIN_TOKEN,
        OUTBOUND_ALLOW_HTTP: 'true',
        OUTBOUND_ALLOW_CIDRS: '127.0.0.0/8',
        MIN_FREE_DISK_MB: '0',
        LOG_LEVEL: 'silent',
      },
      stdio: 'ignore',
    });
  const door = controlPlaneOf(`http://127.0.0.1:${port}`);
  const ready = async () => {
    for (;;) {
      const found = await door.gql('{ viewer { id } }').catch(() => null);
      if (found) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  let running = server();
  try {
    for (const delay of [60, 400]) {
      await ready();
      const applying = door.gql(APPLY, { input: { documents: SET_UP } }).catch(() => null);
      await new Promise((resolve) => setTimeout(resolve, delay));
      running.kill('SIGKILL');
      await applying;
      running = server();
      await ready();
      const { bots } = await door.gql('{ bots { totalCount } }');
      expect([0, BOTS]).toContain(bots.totalCount);
      const { plan } = await door.gql(APPLY, { input: { documents: SET_UP, dryRun: true } });
      expect([0, SET_UP.length]).toContain(plan.changes.length);
    }
  } finally {
    running.kill('SIGKILL');
    await rm(dataDir, { recursive: true, force: true });
  }
}, 120_000);
