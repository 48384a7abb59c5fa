import { unzipSync, zipSync } from 'fflate';
import jwt from 'jsonwebtoken';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCaller, goLive, startTestApp, type TestApp } from '../support/app.js';
import {
  botFile,
  configFile,
  createScript,
  FUNCTIONS,
  managementOperations,
  type Script,
  seenOperations,
  settled,
} from './platform.js';

const BASES = ['/api/public', '/api/1.1/public'];
let app: TestApp;
let script: Script;

beforeAll(async () => {
  app = await startTestApp();
  script = await createScript(app);
});
afterAll(() => app.remove());

async function uploaded(name: string, base?: string) {
  return {
    botDefinition: await script.upload(botFile(name), 'botDefinition.json', base),
    configInfo: await script.upload(configFile(name), 'config.json', base),
    icon: await script.upload('x', 'icon.png', base),
  };
}

async function imported(name: string): Promise<string> {
  const started = await script.call('POST', '/api/public/bot/import', await uploaded(name));
  const done = await settled(script, `/api/public/bot/import/status/${started.body._id}`);
  return done.body.streamId;
}

const pathOf = (link: string) => {
  const { pathname, search } = new URL(link);
  return `${app.url}${pathname}${search}`;
};

const error = (status: number, code: number, msg: string) => ({
  status,
  body: { errors: [expect.objectContaining({ msg, code })] },
});
const INVALID = error(412, 412, 'Validation errors/ Invalid arguments');
const CREDENTIALS = error(401, 4002, 'Invalid SDK credentials');
const SCOPE = error(403, 4002, 'Permission denied. Scope is incorrect!');

describe.each(BASES)('%s', (base) => {
  it('imports a new bot from uploaded files, named by JSON', async () => {
    const files = await uploaded(`New ${base}`, base);
    const botFunctions = [await script.upload(FUNCTIONS, 'botFunctions.js', base)];
    const started = await script.call('POST', `${base}/bot/import`, { ...files, botFunctions, name: `Named ${base}` });
    expect(started).toMatchObject({
      status: 200,
      body: {
        _id: expect.stringMatching(/^bir-/),
        streamRefId: expect.any(String),
        status: 'pending',
        statusLogs: [{ taskType: 'importRequest', taskName: `Named ${base}`, status: 'success' }],
        requestType: 'Botimport',
      },
    });
    const done = await settled(script, `${base}/bot/import/status/${started.body._id}`);
    expect(done.body).toMatchObject({
      _id: started.body._id,
      status: 'success',
      streamId: expect.stringMatching(/^st-/),
    });
    const logs = done.body.statusLogs as { taskType: string; status: string }[];
    expect(logs[0]).toMatchObject({ taskType: 'importRequest', status: 'success' });
    expect(logs.at(-1)).toMatchObject({ taskType: 'importBot', status: 'success' });
    const { bot } = await app.gql('query($id: ID!) { bot(id: $id) { name } }', { id: done.body.streamId });
    expect(bot.name).toBe(`Named ${base}`);
  });

  it('imports into a bot, named by a form, and gives the bot list to find it in', async () => {
    const botId = await imported(`Old ${base}`);
    const { icon: _, ...files } = await uploaded(`Changed ${base}`, base);
    const botFunctions = await script.upload(FUNCTIONS, 'botFunctions.js', base);
    const form = new URLSearchParams({ ...files, botFunctions });
    const started = await script.call('POST', `${base}/bot/${botId}/import`, form);
    expect(started).toMatchObject({ status: 200, body: { status: 'pending', streamId: botId } });
    const done = await settled(script, `${base}/bot/import/status/${started.body._id}`);
    expect(done.body).toMatchObject({ status: 'success', streamId: botId });
    const { exportBot } = await app.gql(
      'mutation($id: ID!) { exportBot(botId: $id) { definition files { name content } } }',
      { id: botId },
    );
    expect(exportBot.definition.localeData.en.name).toBe(`Changed ${base}`);
    expect(exportBot.files).toEqual([{ name: 'botFunctions.js', content: FUNCTIONS }]);
    const { body } = await script.call('GET', `${base}/bots?offset=0&limit=50`);
    expect(body.availableMore).toBe(false);
    expect(body.total).toBe(body.bots.length);
    expect(body.bots).toContainEqual(
      expect.objectContaining({ _id: botId, name: `Old ${base}`, status: 'configured', type: 'default' }),
    );
    const second = await script.call('GET', `${base}/bots?offset=1&limit=1`);
    expect(second.body.bots).toEqual([body.bots[1]]);
  });

  it('exports a bot as a zip, whose link needs no token and holds for a while', async () => {
    const botId = await imported(`Exported ${base}`);
    const started = await script.call('POST', `${base}/bot/${botId}/export`, {
      exportType: 'latest',
      allTasks: true,
      subTasks: { dialogs: [], alerts: [], actions: [] },
    });
    expect(started).toMatchObject({
      status: 200,
      body: { _id: expect.stringMatching(/^ber-/), streamId: botId, status: 'pending', exportType: 'latest' },
    });
    const { body } = await settled(script, `${base}/bot/${botId}/export/status?exportId=${started.body._id}`);
    expect(body).toMatchObject({ _id: started.body._id, streamId: botId, botId, status: 'success' });
    const again = await script.call('GET', `${base}/bot/${botId}/export/${started.body._id}`);
    expect(again.body.fileId).toBe(body.fileId);
    const cut = `${app.url}${body.downloadURL.split('8081')[1]}`; // as one script does
    for (const link of [pathOf(body.downloadURL), cut]) {
      const response = await fetch(link);
      expect(response.status).toBe(200);
      const zip = new Uint8Array(await response.arrayBuffer());
      expect(zip.length).toBe(Number(body.fileSize));
      const files = unzipSync(zip);
      expect(Object.keys(files).sort()).toEqual(['botDefinition.json', 'config.json', 'icon.png']);
      expect(JSON.parse(Buffer.from(files['config.json'] ?? []).toString())).toMatchObject({
        name: `Exported ${base}`,
        envVariables: [{ key: 'city', value: 'Ulm' }],
      });
    }
    expect(body.downloadURL).toMatch(/&clientfilename=/);
    expect((await fetch(pathOf(body.downloadURL).replace('signature=', 'signature=x'))).status).toBe(404);
    expect((await fetch(pathOf(body.downloadURL).replace('expires=', 'expires=9'))).status).toBe(404);
  });

  it('publishes with all enabled channels by the usual approval, and tells how it stands', async () => {
    const botId = await imported(`Published ${base}`);
    const status = () => script.call('GET', `${base}/bot/${botId}/publish/status/`);
    expect(await status()).toMatchObject({ status: 400 });
    // The imported channel is a placeholder: nobody could reach the bot.
    expect(await script.call('POST', `${base}/bot/${botId}/publish`, { versionComment: 'v1' })).toMatchObject(INVALID);
    const caller = await createCaller(app);
    await goLive(app, botId, [{ name: 'talk', appClientId: caller.clientId }]);
    const published = await script.call('POST', `${base}/bot/${botId}/publish`, {
      versionComment: 'v2',
      initiateTraining: 'true',
    });
    expect(published.status).toBe(200);
    expect(published.body).toHaveLength(5);
    expect(published.body[0]).toMatchObject({
      resourceType: 'dialog',
      status: 'SUCCESS',
      result: { state: 'awaitingApproval', versionComment: 'v2' },
    });
    expect((await status()).body).toMatchObject({ _id: expect.stringMatching(/^ds-/), status: 'inprogress' });
    const { approvalRequests } = await app.gql(
      '{ approvalRequests(status: PENDING, first: 100) { edges { node { id bot { id } } } } }',
    );
    for (const { node } of approvalRequests.edges) {
      if (node.bot.id === botId) await app.gql(`mutation { approve(requestId: "${node.id}") { status } }`);
    }
    expect((await status()).body).toMatchObject({ status: 'successful', percentageComplete: 100, streamId: botId });
    const live = await script.call('POST', `${base}/bot/${botId}/export`, { exportType: 'published' });
    const done = await settled(script, `${base}/bot/${botId}/export/status?exportId=${live.body._id}`);
    expect(done.body).toMatchObject({ status: 'success', exportType: 'published' });
  });
});

describe('a request of an app', () => {
  it('needs the scope, and its token is checked before the method and the ids', async () => {
    const bare = await createScript(app, []);
    const exporter = await createScript(app, ['BOT_EXPORT']);
    const botId = await imported('Scoped');
    const paths: [string, string][] = [
      ['POST', '/api/public/bot/import'],
      ['POST', `/api/public/bot/${botId}/import`],
      ['GET', '/api/public/bot/import/status/bir-x'],
      ['POST', `/api/public/bot/${botId}/publish`],
      ['GET', `/api/public/bot/${botId}/publish/status`],
      ['GET', '/api/public/bots'],
      ['POST', `/api/public/bot/${botId}/getSessions`],
      ['GET', `/api/public/bot/${botId}/getMessages?userId=u`],
      ['POST', '/api/public/getMessagesV2'],
    ];
    for (const [method, path] of paths) {
      expect(await bare.call(method, path), path).toMatchObject(SCOPE);
      expect(await exporter.call(method, path), path).toMatchObject(SCOPE);
      expect(await bare.call(method, path, undefined, { auth: '' }), path).toMatchObject(CREDENTIALS);
      expect(await bare.call('DELETE', path), path).toMatchObject(error(405, 405, 'Method Not Allowed'));
      expect(await bare.call('DELETE', path, undefined, { auth: '' }), path).toMatchObject(CREDENTIALS);
    }
    expect(await bare.call('POST', '/api/public/bot/st-none/import', {})).toMatchObject(SCOPE);
    const started = await exporter.call('POST', `/api/public/bot/${botId}/export`, { exportType: 'latest' });
    expect(started.status).toBe(200);
  });

  it.each<[string, () => Record<string, string>, object]>([
    ['without a token', () => ({ auth: '' }), CREDENTIALS],
    ['with something else for one', () => ({ auth: 'hello' }), error(401, 4002, 'Invalid JWT token')],
    ['signed with another secret', () => ({ auth: jwt.sign({ appId: script.clientId }, 'x') }), CREDENTIALS],
    ['of an app that there is not', () => ({ auth: jwt.sign({ appId: 'cs-none' }, 'x') }), CREDENTIALS],
    [
      'with no algorithm',
      () => ({ auth: jwt.sign({ appId: script.clientId }, '', { algorithm: 'none' }) }),
      CREDENTIALS,
    ],
    ['that is over', () => ({ auth: script.token({ exp: 1 }) }), CREDENTIALS],
  ])('%s is refused', async (_title, headers, answer) => {
    expect(await script.call('GET', '/api/public/bots', undefined, headers())).toMatchObject(answer);
  });

  it('takes the claims that known scripts sign', async () => {
    const now = Math.floor(Date.now() / 1000);
    for (const claims of [{ iat: now }, { sub: 'anybody' }, { sub: 1, iat: now, exp: now + 60, aud: 'x' }]) {
      const headers = { auth: script.token(claims) };
      expect((await script.call('GET', '/api/public/bots', undefined, headers)).status).toBe(200);
    }
    const byIssuer = jwt.sign({ iss: script.clientId, sub: 'st-x' }, script.clientSecret);
    expect((await script.call('GET', '/api/public/bots', undefined, { auth: byIssuer })).status).toBe(200);
  });

  it('cannot see what belongs to another account, nor what there is not, and is told the same', async () => {
    const unknown = 'st-00000000-0000-5000-8000-000000000000';
    const files = await uploaded('Nowhere');
    for (const botId of [unknown, 'x', '%00', "'--"]) {
      const at = (rest: string) => `/api/public/bot/${botId}/${rest}`;
      const invalid = error(400, 400, 'Invalid StreamId');
      expect(await script.call('POST', at('import'), files)).toMatchObject(invalid);
      expect(await script.call('POST', at('export'), { exportType: 'latest' })).toMatchObject(invalid);
      expect(await script.call('GET', at('export/status'))).toMatchObject(invalid);
      expect(await script.call('POST', at('publish'), { versionComment: 'v' })).toMatchObject(invalid);
      expect(await script.call('GET', at('publish/status'))).toMatchObject(invalid);
      expect(await script.call('POST', at('getSessions'), {})).toMatchObject(invalid);
      expect(await script.call('POST', at('getMessages'), {})).toMatchObject(invalid);
    }
    for (const id of ['bir-none', 'x', 'ber-none'])
      expect(await script.call('GET', `/api/public/bot/import/status/${id}`)).toMatchObject(
        error(400, 400, 'Invalid request ID'),
      );
  });

  it.each<[string, unknown, Record<string, string>?]>([
    ['empty', ''],
    ['no JSON', '{"a":'],
    ['a list', '[]'],
    ['without a configuration', { botDefinition: 'a', icon: 'b' }],
    ['of the wrong types', { botDefinition: 1, configInfo: {}, icon: [] }],
    ['nested too deep', `${'{"a":'.repeat(50)}1${'}'.repeat(50)}`],
    ['a form without fields', 'x=1', { 'content-type': 'application/x-www-form-urlencoded' }],
  ])('whose body is %s is refused', async (_title, body, headers) => {
    expect(await script.call('POST', '/api/public/bot/import', body, headers)).toMatchObject(INVALID);
  });

  it('may have a comma too many, as one script sends it', async () => {
    const files = await uploaded('Comma');
    const body = JSON.stringify(files).replace(/\}$/, ',}');
    expect((await script.call('POST', '/api/public/bot/import', body)).status).toBe(200);
  });

  it('must name files that were uploaded, and at least one part', async () => {
    const files = await uploaded('Parts');
    const wrong = { ...files, botDefinition: '0123456789abcdef01234567' };
    expect(await script.call('POST', '/api/public/bot/import', wrong)).toMatchObject(
      error(400, 400, 'Invalid file id'),
    );
    const botId = await imported('Partly');
    const none = { exportType: 'latest', exportOptions: { tasks: [] } };
    expect(await script.call('POST', `/api/public/bot/${botId}/export`, none)).toMatchObject(
      error(400, 400, 'Please select at least one component'),
    );
    expect(await script.call('POST', `/api/public/bot/${botId}/export`, { exportType: 'all' })).toMatchObject(INVALID);
  });
});

describe('an import', () => {
  it('that cannot be read fails with the reason, and changes nothing', async () => {
    const botId = await imported('Stays');
    const botDefinition = await script.upload('{ no json', 'botDefinition.json');
    const configInfo = await script.upload('{}', 'config.json');
    const started = await script.call('POST', `/api/public/bot/${botId}/import`, { botDefinition, configInfo });
    const { body } = await settled(script, `/api/public/bot/import/status/${started.body._id}`);
    expect(body).toMatchObject({ status: 'failed', errors: [{ msg: expect.stringMatching(/not JSON/) }] });
    expect(body.statusLogs.at(-1)).toMatchObject({ taskType: 'importBot', status: 'failed' });
  });

  it.each<[what: string, sent: () => Record<string, string | Uint8Array>, says: RegExp]>([
    ['nests too deep', () => ({ 'botDefinition.json': `${'['.repeat(300)}${']'.repeat(300)}` }), /256 levels/],
    ['holds too many values', () => ({ 'botDefinition.json': `[${'0,'.repeat(1_000_000)}0]` }), /1000000 values/],
    [
      'is a zip that unpacks to more than a server reads',
      () => ({ 'bot.zip': zipSync({ 'botDefinition.json': new Uint8Array(61 * 1024 * 1024) }) }),
      /more than 60 MB/,
    ],
  ])('of what %s fails with the limit', async (_what, sent, says) => {
    const [[fileName = '', content = ''] = []] = Object.entries(sent());
    const file = await script.upload(content, fileName);
    const config = await script.upload('{}', 'config.json');
    const body = fileName.endsWith('.zip')
      ? { uploadMode: 'ZIP', zipInfo: file }
      : { botDefinition: file, configInfo: config, icon: config };
    const started = await script.call('POST', '/api/public/bot/import', body);
    const done = await settled(script, `/api/public/bot/import/status/${started.body._id}`);
    expect(done.body).toMatchObject({ status: 'failed', errors: [{ msg: expect.stringMatching(says) }] });
  });

  it('of some parts leaves the others as they are', async () => {
    const botId = await imported('Merged');
    const definition = JSON.parse(botFile('Other'));
    const botDefinition = await script.upload(
      JSON.stringify({ ...definition, smallTalk: [{ refId: 'st-1' }], forms: [{ refId: 'f-1' }] }),
      'botDefinition.json',
    );
    const configInfo = await script.upload('{"name":"Other","envVariables":[]}', 'config.json');
    const importOptions = { tasks: ['smallTalk'], nlpData: [], settings: [] };
    const body = { botDefinition, configInfo, importOptions };
    const started = await script.call('POST', `/api/public/bot/${botId}/import`, body);
    const done = await settled(script, `/api/public/bot/import/status/${started.body._id}`);
    expect(done.body.status).toBe('success');
    const { exportBot } = await app.gql('mutation($id: ID!) { exportBot(botId: $id) { definition config } }', {
      id: botId,
    });
    expect(exportBot.definition.smallTalk).toEqual([{ refId: 'st-1' }]);
    expect(exportBot.definition.forms).toBeUndefined();
    expect(exportBot.config.envVariables).toMatchObject([{ key: 'city', value: 'Ulm' }]);
  });

  it('takes a zip, as an export gives it', async () => {
    const text = new TextEncoder();
    const zip = zipSync({
      'botDefinition.json': text.encode(botFile('Zipped')),
      'config.json': text.encode(configFile('Zipped')),
      'icon.png': text.encode('x'),
    });
    const zipInfo = await script.upload(zip, 'bot.zip');
    const started = await script.call('POST', '/api/public/bot/import', { uploadMode: 'ZIP', zipInfo });
    const done = await settled(script, `/api/public/bot/import/status/${started.body._id}`);
    expect(done.body).toMatchObject({ status: 'success', streamId: expect.stringMatching(/^st-/) });
    const damaged = await script.upload('PK', 'bot.zip');
    const failing = await script.call('POST', '/api/public/bot/import', { uploadMode: 'ZIP', zipInfo: damaged });
    expect((await settled(script, `/api/public/bot/import/status/${failing.body._id}`)).body.status).toBe('failed');
  });

  it('and an export are known by their ids after a restart, to every app with the scope', async () => {
    const started = await script.call('POST', '/api/public/bot/import', await uploaded('Restarted'));
    await app.restart();
    const other = await createScript(app, ['BOT_IMPORT']);
    const done = await settled(other, `/api/public/bot/import/status/${started.body._id}`);
    expect(done.body).toMatchObject({ _id: started.body._id, status: 'success' });
  });

  it('is audited under the name of the app', async () => {
    const botId = await imported('Audited');
    const { auditLog } = await app.gql(
      'query($subject: ID) { auditLog(subject: $subject, action: "bot.import") { edges { node { actor } } } }',
      { subject: botId },
    );
    expect(auditLog.edges).toHaveLength(1);
    expect(auditLog.edges[0].node.actor).toMatch(/^app /);
  });
});

describe('variables of a bot', () => {
  it('go out and come in elsewhere, all or nothing, the secured ones without value', async () => {
    const botId = await imported('Variable');
    const other = await imported('Variable elsewhere');
    const set =
      'mutation($id: ID!) { setBotVariable(botId: $id, key: "token", value: "hidden", secured: true) { key } }';
    await app.gql(set, { id: botId });
    const at = (base: string, noun: string, id: string, verb: string) =>
      `${base}/builder/${noun}/${id}/variables/${verb}`;
    const out = await script.call('POST', at('/api/1.1/public', 'stream', botId, 'export'));
    expect(out).toMatchObject({
      status: 200,
      body: [
        { key: 'city', value: 'Ulm', variableType: 'env', isSecured: false },
        { key: 'token', value: '', isSecured: true },
      ],
    });
    const more = [
      ...out.body,
      { key: 'street', value: 'Hauptstraße' },
      { key: 'hi', value: 'x', variableType: 'locale' },
    ];
    const importing = at('/api/public', 'bot', other, 'import');
    const broken = [
      { key: 'street', value: 'x' },
      { key: 'a b', value: 'x' },
    ];
    expect(await script.call('POST', importing, broken)).toMatchObject(INVALID);
    expect(await script.call('POST', importing, { key: 'no list' })).toMatchObject(INVALID);
    expect(await script.call('POST', importing, more)).toMatchObject({
      body: { message: '2 Variables imported/updated successfully.' },
    });
    const { bot } = await app.gql('query($id: ID!) { bot(id: $id) { variables { key value } } }', { id: other });
    expect(bot.variables).toEqual([
      { key: 'city', value: 'Ulm' },
      { key: 'street', value: 'Hauptstraße' },
    ]);
  });
});

describe('what was said', () => {
  it('is listed by session and by message, newest first, to apps with the scopes', async () => {
    const botId = await imported('Talking');
    const caller = await createCaller(app);
    const [channel] = await goLive(app, botId, [{ name: 'talk', appClientId: caller.clientId }]);
    for (const said of ['hello', 'again'])
      await app.post(channel?.path ?? '', { message: { text: said }, from: { id: 'ann' } }, caller.headers());
    const { body: sessions } = await script.call(
      'POST',
      `/api/public/bot/${botId}/getSessions?containmentType=selfService`,
      {},
    );
    expect(sessions).toMatchObject({
      total: 1,
      moreAvailable: false,
      sessions: [{ botId, userId: 'ann', sessionStatus: 'active', channel: 'ivr' }],
    });
    const { sessionId } = sessions.sessions[0];
    const byId = await script.call('POST', '/api/public/getSessions', { sessionId: [sessionId, 'se-none'] });
    expect(byId.body).toMatchObject({ sessions: [{ sessionId }], invalidSessions: ['se-none'] });
    const { body } = await script.call('POST', `/api/1.1/public/bot/${botId}/getMessagesV2`, {
      sessionId: [sessionId],
      skip: 0,
      limit: 10_000,
    });
    const incoming = body.messages.filter(({ type }: { type: string }) => type === 'incoming');
    expect(incoming.map((one: { components: { data: object }[] }) => one.components[0]?.data)).toEqual([
      { text: 'again' },
      { text: 'hello' },
    ]);
    expect(body.messages.some(({ type }: { type: string }) => type === 'outgoing')).toBe(true);
    const get = await script.call('GET', `/api/public/bot/${botId}/getMessages?userId=ann&limit=1`);
    expect(get.body).toMatchObject({ moreAvailable: true, messages: [{ sessionId, createdBy: 'ann' }] });
    expect((await script.call('GET', `/api/public/bot/${botId}/getMessages?userId=bob`)).body.messages).toEqual([]);
    expect(await script.call('GET', `/api/public/bot/${botId}/getMessages`)).toMatchObject(INVALID);
    const earlier = { dateFrom: '2020-01-01', dateTo: '2020-01-07' };
    expect((await script.call('POST', `/api/public/bot/${botId}/getMessages`, earlier)).body.messages).toEqual([]);
    const reversed = { dateFrom: '2020-01-08', dateTo: '2020-01-01' };
    expect(await script.call('POST', `/api/public/bot/${botId}/getSessions`, reversed)).toMatchObject(INVALID);
  });
});

describe('the OpenAPI document', () => {
  it('holds every operation, and allows every answer above', async () => {
    for (const { name, method, path } of managementOperations) {
      if (path.includes('exportfile')) continue; // a zip
      if (!seenOperations.has(name)) await script.call(method.toUpperCase(), path.replace(/\{\w+\}/g, 'none'));
    }
    const zips = managementOperations.filter(({ path }) => path.includes('exportfile'));
    expect(seenOperations.size).toBe(managementOperations.length - zips.length);
  });
});
