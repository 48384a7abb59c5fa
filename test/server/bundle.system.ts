import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import {
  buildClientSchema,
  buildSchema,
  type GraphQLSchema,
  getIntrospectionQuery,
  lexicographicSortSchema,
  printSchema,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serverEnv } from '../../bench/live-bot.js';
import { exportOf, message, script } from '../engines/dialog/bot-builder.js';
import { type ControlPlaneDoor, controlPlaneOf, createCaller, goLive } from '../support/app.js';

/** What `npm start` runs is not the modules the other tests import, but what the bundler made of them. */
describe('the bundled server', () => {
  let folder: string;
  let stop: () => Promise<void>;
  let url: string;
  let door: ControlPlaneDoor;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hookswitch-bundle-'));
    const server = spawn(process.execPath, ['--enable-source-maps', 'dist/bundle/server/main.js'], {
      env: { ...serverEnv(folder), PATH: process.env.PATH },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(server, 'exit');
    stop = async () => {
      server.kill();
      await ended;
    };
    for await (const line of createInterface(server.stdout)) {
      url = /listens on (\S+)/.exec(line)?.[1] ?? '';
      if (url !== '') break;
    }
    server.stdout.resume();
    door = controlPlaneOf(url);
  });
  afterAll(async () => {
    await stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('has the documented schema, names of types and all', async () => {
    const introspection = await door.gql(getIntrospectionQuery({ specifiedByUrl: true }));
    const documented = buildSchema(readFileSync('schema/schema.graphql', 'utf8'));
    const sorted = (schema: GraphQLSchema) => printSchema(lexicographicSortSchema(schema));
    expect(sorted(buildClientSchema(introspection))).toBe(sorted(documented));
  });

  it('counts what a query would cost, with the one graphql there is', async () => {
    const costly =
      '{ bots(first: 100) { edges { node { children { children { children { children { name } } } } } } } }';
    await expect(door.gql(costly)).rejects.toMatchObject({ code: 'GRAPHQL_VALIDATION_FAILED' });
  });

  it('compiles a bot, stores its turns and runs its scripts, each in a thread of its own', async () => {
    const definition = exportOf({
      greet: { count: script('context.sum = koreUtil._.sum([40, 2])', 'say'), say: message('It is {{context.sum}}.') },
    });
    const { importBot } = await door.gql(
      'mutation($input: ImportBotInput!) { importBot(input: $input) { bot { id } } }',
      { input: { definition, config: {}, mode: 'NEW' } },
    );
    const caller = await createCaller(door);
    const [channel] = await goLive(door, importBot.bot.id, [{ appClientId: caller.clientId }]);
    const answer = await fetch(url + channel?.path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...caller.headers() },
      body: JSON.stringify({ message: { text: 'greet' }, from: { id: 'u' } }),
    });
    expect(await answer.json()).toMatchObject({ text: 'It is 42.' });
  });
});
