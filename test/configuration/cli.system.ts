import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sampleBot } from '../../src/definition/samples/sample-bot.js';
import { ADMIN_TOKEN, startTestApp, type TestApp } from '../support/app.js';

const ROOT = new URL('../..', import.meta.url);

describe('hookswitch plan, apply and export', () => {
  let app: TestApp;
  let other: TestApp;
  let folder: string;
  beforeAll(async () => {
    [app, other] = await Promise.all([startTestApp(), startTestApp()]);
    folder = await mkdtemp(join(tmpdir(), 'hookswitch-configuration-'));
  });
  afterAll(async () => {
    await Promise.all([app.remove(), other.remove()]);
    await rm(folder, { recursive: true, force: true });
  });

  /** Runs the compiled program; never rejects. */
  const run = (
    args: string[],
    { on = app, env = {}, onSaid }: { on?: TestApp; env?: Record<string, string>; onSaid?: () => void } = {},
  ) =>
    new Promise<{ code: number; out: string; err: string }>((resolve) => {
      const child = execFile(
        process.execPath,
        ['dist/bundle/server/hookswitch.js', ...args],
        { cwd: ROOT, env: { PATH: '/usr/bin', HOOKSWITCH_URL: on.url, HOOKSWITCH_TOKEN: ADMIN_TOKEN, ...env } },
        (error, out, err) => resolve({ code: error ? Number(error.code) : 0, out, err }),
      );
      if (onSaid) child.stderr?.once('data', onSaid);
    });

  const write = async (name: string, text: string) => {
    const path = join(folder, name);
    await mkdir(join(path, '..'), { recursive: true });
    await writeFile(path, text);
    return path;
  };

  it('the example of the documentation sets up two environments; what is exported of one is applied to the other, holds no secrets, and is waited for until it is live', async () => {
    const text = await readFile(new URL('docs/configuration.md', ROOT), 'utf8');
    const files = [...text.matchAll(/^`([\w./-]+\.yaml)`:\n\n```yaml\n([\s\S]*?)^```/gm)];
    expect(files.map(([, name]) => name)).toEqual(['base/orders.yaml', 'staging.yaml', 'production.yaml']);
    for (const [, name = '', content = ''] of files) await write(`example/${name}`, content);
    await write('example/base/orders-bot/botDefinition.json', JSON.stringify(sampleBot));
    const at = (name: string) => ['-f', join(folder, 'example/base'), '-f', join(folder, `example/${name}.yaml`)];
    const env = {
      CRM_TOKEN: 'crm-secret',
      CALLER_SECRET: 'caller-secret-of-thirty-two-characters',
      ALERTS_URL: 'https://hooks.slack.example.com/services/secret',
    };
    await other.gql('mutation { createUser(input: { name: "Jo", email: "jo@example.com", role: VIEWER }) { id } }');

    for (const [name, on] of [
      ['staging', app],
      ['production', other],
    ] as const) {
      const plan = await run(['plan', ...at(name)], { on, env });
      expect(plan.err).toBe('');
      expect(plan.code).toBe(2);
      expect(plan.out).toContain('+ Channel Orders/Web');
      const applied = await run(['apply', ...at(name)], { on, env });
      expect(applied).toMatchObject({ code: 0, err: '' });
      expect(await run(['plan', ...at(name)], { on, env })).toEqual({ code: 0, out: 'Nothing to change.\n', err: '' });
    }
    const urls = await Promise.all(
      [app, other].map(async (on) => {
        const { bots } = await on.gql('{ bots(search: "Orders") { edges { node { channels { name postUrl } } } } }');
        return bots.edges[0].node.channels
          .map((channel: { postUrl: string | null }) => channel.postUrl)
          .filter(Boolean);
      }),
    );
    expect(new Set(urls.flat()).size).toBe(2);

    const first = join(folder, 'first');
    const second = join(folder, 'second');
    const exported = await run(['export', '--out', first]);
    expect(exported).toMatchObject({ code: 0, err: '' });
    expect(await readdir(join(first, 'bots'))).toEqual(['Orders', 'Orders.yaml']);
    expect(await run(['plan', '--prune', '-f', first])).toEqual({ code: 0, out: 'Nothing to change.\n', err: '' });
    expect(await run(['apply', '--prune', '-f', first], { on: other })).toMatchObject({ code: 0, err: '' });
    await run(['export', '--out', second], { on: other });
    for (const name of ['account.yaml', 'app.yaml', 'bots/Orders.yaml', 'bots/Orders/botDefinition.json']) {
      const [one, two] = await Promise.all([first, second].map((at) => readFile(join(at, name), 'utf8')));
      expect(two).toBe(one);
      expect(one).not.toMatch(/secret-of|crm-secret/);
    }
    const whole = await run(['export', '--configuration', '--json']);
    expect(JSON.parse(whole.out)[0]).toMatchObject({ apiVersion: 'hookswitch/v1', kind: 'Account' });

    await cp(first, join(folder, 'waiting'), { recursive: true });
    let waiting: ReturnType<typeof run> | undefined;
    await new Promise<void>((onSaid) => {
      waiting = run(['apply', '--publish', '--wait', '1', '-f', join(folder, 'waiting')], { onSaid });
    });
    let approved = 0;
    while (approved < 3) {
      const { approvalRequests } = await app.gql(
        '{ approvalRequests(status: PENDING) { edges { node { id kind } } } }',
      );
      for (const { node } of approvalRequests.edges) {
        await app.gql('mutation($id: ID!) { approve(requestId: $id) { status } }', { id: node.id });
        approved += 1;
      }
    }
    const done = await waiting;
    expect(done).toMatchObject({
      code: 0,
      out: expect.stringContaining('All is approved.\nOrders: version 1 is live, 2 of 2 channels work.'),
    });
    expect(done?.err).toMatch(/^Waiting for an ADMIN to approve .*Orders\/Web.*; 1 min left\.\n/);
    const { bots } = await app.gql('{ bots(search: "Orders") { edges { node { state } } } }');
    expect(bots.edges).toEqual([{ node: { state: 'PUBLISHED' } }]);
  }, 180_000);

  it('faults are told with file, line, column and path, all at once: those of the files, then those of the server', async () => {
    const broken = await write('broken.yaml', 'kind: Bot\nmetadata: {name: a\n');
    const secret = await write(
      'secret.yaml',
      'kind: App\napiVersion: hookswitch/v1\nmetadata: { name: A }\nspec:\n  clientSecret: in-clear\n---\nkind: Bot\napiVersion: hookswitch/v1\nmetadata: { name: B }\nspec:\n  description: "' +
        '${env:' +
        'NOT_THERE}"\n  definition: ./nowhere.zip\n',
    );
    const ofFiles = await run(['plan', '-f', broken, '-f', secret]);
    expect(ofFiles.code).toBe(1);
    const lines = ofFiles.err.trim().split('\n');
    expect(lines).toEqual([
      expect.stringMatching(/broken\.yaml:\d+:\d+: /),
      expect.stringMatching(/secret\.yaml:5:3: spec\.clientSecret: Secrets do not stand in files/),
      expect.stringMatching(/secret\.yaml:11:3: spec\.description: The environment has no variable NOT_THERE/),
      expect.stringMatching(/secret\.yaml:12:3: spec\.definition: .*there is none/),
    ]);
    const wrong = await write(
      'wrong.yaml',
      'apiVersion: hookswitch/v1\nkind: Channel\nmetadata:\n  name: Web\nspec:\n  bot: Orders\n  mdoe: SYNC\n---\napiVersion: hookswitch/v1\nkind: Bto\nmetadata: { name: x }\nspec: {}\n',
    );
    const ofServer = await run(['apply', '-f', wrong]);
    expect(ofServer.code).toBe(1);
    expect(ofServer.err.trim().split('\n')).toEqual([
      expect.stringMatching(/wrong\.yaml:7:3: spec\.mdoe: Unknown field "mdoe"; did you mean "mode"\?$/),
      expect.stringMatching(/wrong\.yaml:10:1: kind: Unknown kind "Bto"; did you mean "Bot"\?$/),
    ]);
  });

  it('a stale hash changes nothing, and --json gives the plan', async () => {
    const file = await write(
      'hash.yaml',
      'apiVersion: hookswitch/v1\nkind: Bot\nmetadata: { name: Hashed }\nspec: { description: one }\n',
    );
    const { out } = await run(['plan', '--json', '-f', file], { on: other });
    const plan = JSON.parse(out);
    expect(plan).toMatchObject({ applied: false, changes: [{ action: 'CREATE', kind: 'Bot', name: 'Hashed' }] });
    expect(await run(['apply', '--hash', plan.hash, '-f', file], { on: other })).toMatchObject({ code: 0 });
    const again = await run(['apply', '--hash', plan.hash, '-f', file], { on: other });
    expect(again).toMatchObject({ code: 1, err: expect.stringContaining('Nothing was changed') });
  });
});
