import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMIN_TOKEN, createBot, createCaller, startTestApp, type TestApp } from '../support/app.js';
import { ask, signIn, trySignIn } from '../support/people.js';

const PASSWORD = 'correct horse battery';
const NEW = 'another long password';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ env: { TRUSTED_PROXIES: '127.0.0.0/8' } });
});
afterAll(() => app.remove());

let people = 0;
/** A new user who has a password. */
async function person(role = 'DEVELOPER') {
  const name = `Person ${++people}`;
  const email = `person-${people}@example.com`;
  const { createUser } = await app.gql('mutation($input: CreateUserInput!) { createUser(input: $input) { id } }', {
    input: { name, email, role, password: PASSWORD },
  });
  return { id: createUser.id as string, name, email, enter: (password = PASSWORD) => signIn(app, { email, password }) };
}

const isGood = async (credentials: string) => (await ask(app, credentials, '{ viewer { id } }')).errors === undefined;

/** The code of the answer's error and its field, if any; undefined for success. */
async function refusal(credentials: string, document: string, variables: Record<string, unknown> = {}) {
  const { errors } = await ask(app, credentials, document, variables);
  return errors?.[0]?.extensions;
}

const ownToken = async (session: string) => {
  const { data } = await ask(app, session, '{ viewer { id } }');
  const made = await ask(app, session, 'mutation($id: ID!) { createApiToken(userId: $id, name: "own") }', {
    id: data.viewer.id,
  });
  return made.data.createApiToken as string;
};

const CHANGE = 'mutation($current: String!, $next: String!) { changePassword(current: $current, next: $next) }';
const CHANGE_EMAIL =
  'mutation($current: String!, $email: String!) { changeEmail(current: $current, email: $email) { email } }';
const SET = 'mutation($id: ID!, $password: String) { setPassword(userId: $id, password: $password) }';
const UPDATE = 'mutation($id: ID!, $email: String) { updateUser(id: $id, email: $email) { email } }';

describe('one’s own password', () => {
  it('is changed by who knows it: all other sessions end, this one and API tokens stay', async () => {
    const ann = await person();
    const [here, elsewhere] = [await ann.enter(), await ann.enter()];
    const token = await ownToken(elsewhere);
    expect(await refusal(here, CHANGE, { current: PASSWORD, next: NEW })).toBeUndefined();
    expect([await isGood(here), await isGood(elsewhere), await isGood(token)]).toEqual([true, false, true]);
    expect((await trySignIn(app, { email: ann.email, password: PASSWORD })).status).toBe(401);
    expect(await isGood(await ann.enter(NEW))).toBe(true);
  });

  it('is not changed to a short one, nor to itself, nor without one, and nothing ends', async () => {
    const ann = await person();
    const [here, elsewhere] = [await ann.enter(), await ann.enter()];
    for (const next of ['short', PASSWORD]) {
      expect(await refusal(here, CHANGE, { current: PASSWORD, next })).toMatchObject({
        code: 'BAD_USER_INPUT',
        field: 'next',
      });
    }
    expect(await refusal(ADMIN_TOKEN, CHANGE, { current: PASSWORD, next: NEW })).toMatchObject({ code: 'CONFLICT' });
    expect(await isGood(elsewhere)).toBe(true);
  });

  it('is asked for five times before wrong ones have to wait, in every session of the user and for the e-mail address too', async () => {
    const [ann, ben] = [await person(), await person()];
    const [here, elsewhere] = [await ann.enter(), await ann.enter()];
    for (let count = 0; count < 5; count += 1) {
      expect(await refusal(here, CHANGE, { current: 'wrong password', next: NEW })).toMatchObject({
        code: 'BAD_USER_INPUT',
        field: 'current',
      });
    }
    const tooMany = { code: 'TOO_MANY_REQUESTS', retryAfterSeconds: expect.any(Number) };
    expect(await refusal(elsewhere, CHANGE, { current: PASSWORD, next: NEW })).toMatchObject(tooMany);
    const email = 'ann-elsewhere@example.com';
    expect(await refusal(elsewhere, CHANGE_EMAIL, { current: PASSWORD, email })).toMatchObject(tooMany);
    expect(await refusal(await ben.enter(), CHANGE, { current: PASSWORD, next: NEW })).toBeUndefined();
  });
});

describe('one’s own e-mail address', () => {
  it('is changed by who knows the password, and one signs in with it from then on', async () => {
    const [ann, ben] = [await person(), await person()];
    const session = await ann.enter();
    const change = (current: string, email: string) => refusal(session, CHANGE_EMAIL, { current, email });
    expect(await change('wrong password', 'x@example.com')).toMatchObject({ code: 'BAD_USER_INPUT', field: 'current' });
    for (const email of ['', 'no address'])
      expect(await change(PASSWORD, email)).toMatchObject({ code: 'BAD_USER_INPUT', field: 'email' });
    expect(await change(PASSWORD, ben.email.toUpperCase())).toMatchObject({ code: 'CONFLICT', field: 'email' });
    expect(await change(PASSWORD, 'Ann.New@example.com')).toBeUndefined();
    expect(await isGood(session)).toBe(true);
    expect((await trySignIn(app, { email: ann.email, password: PASSWORD })).status).toBe(401);
    await signIn(app, { email: 'ann.new@example.com', password: PASSWORD });
  });
});

describe('the password of another', () => {
  it('is set by an ADMIN: their sessions end, and they sign in with it', async () => {
    const ann = await person();
    const session = await ann.enter();
    expect(await refusal(ADMIN_TOKEN, SET, { id: ann.id, password: 'short' })).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'password',
    });
    expect(await isGood(session)).toBe(true);
    expect(await refusal(ADMIN_TOKEN, SET, { id: ann.id, password: NEW })).toBeUndefined();
    expect(await isGood(session)).toBe(false);
    expect((await trySignIn(app, { email: ann.email, password: PASSWORD })).status).toBe(401);
    await ann.enter(NEW);
  });

  it('is taken away with null: sessions end, nobody signs in with it, API tokens stay', async () => {
    const ann = await person();
    const session = await ann.enter();
    const token = await ownToken(session);
    expect(await refusal(ADMIN_TOKEN, SET, { id: ann.id, password: null })).toBeUndefined();
    expect([await isGood(session), await isGood(token)]).toEqual([false, true]);
    expect((await trySignIn(app, { email: ann.email, password: PASSWORD })).status).toBe(401);
    const others = 'mutation($id: ID!) { createApiToken(userId: $id, name: "of another") }';
    expect(await refusal(ADMIN_TOKEN, others, { id: ann.id })).toMatchObject({ code: 'FORBIDDEN' });
    const { data } = await ask(app, ADMIN_TOKEN, '{ users { id signsInWith } }');
    expect(data.users.find((one: { id: string }) => one.id === ann.id).signsInWith).toEqual([]);
  });

  it('ends the tokens that ADMINs made in the name of a user who gets a first one', async () => {
    const { createUser } = await app.gql(
      'mutation { createUser(input: { name: "Later", email: "later@example.com", role: DEVELOPER }) { id } }',
    );
    const { createApiToken } = await app.gql(
      'mutation($id: ID!) { createApiToken(userId: $id, name: "t") }',
      createUser,
    );
    expect(await refusal(ADMIN_TOKEN, SET, { id: createUser.id, password: NEW })).toBeUndefined();
    expect(await isGood(createApiToken)).toBe(false);
  });

  it('is not set by others than ADMINs, nor for who has no e-mail address', async () => {
    const [ann, ben] = [await person(), await person()];
    const session = await ann.enter();
    expect(await refusal(session, SET, { id: ben.id, password: NEW })).toMatchObject({ code: 'FORBIDDEN' });
    const { createUser } = await app.gql('mutation { createUser(input: { name: "None", role: VIEWER }) { id } }');
    expect(await refusal(ADMIN_TOKEN, SET, { id: createUser.id, password: NEW })).toMatchObject({
      code: 'CONFLICT',
      field: 'email',
    });
    expect(await refusal(ADMIN_TOKEN, SET, { id: 'u-none', password: NEW })).toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('a user who was disabled', () => {
  it('may sign in again once enabled, with the role of before; no token comes back', async () => {
    const ann = await person();
    const session = await ann.enter();
    const token = await ownToken(session);
    const change = (name: string) =>
      refusal(ADMIN_TOKEN, `mutation($id: ID!) { ${name}(id: $id) { id } }`, { id: ann.id });
    expect(await change('enableUser')).toMatchObject({ code: 'CONFLICT' });
    expect(await change('disableUser')).toBeUndefined();
    expect([await isGood(session), await isGood(token)]).toEqual([false, false]);
    expect((await trySignIn(app, { email: ann.email, password: PASSWORD })).status).toBe(401);
    expect(await change('enableUser')).toBeUndefined();
    expect([await isGood(session), await isGood(token)]).toEqual([false, false]);
    const again = await ask(app, await ann.enter(), '{ viewer { id role } }');
    expect(again.data.viewer).toEqual({ id: ann.id, role: 'DEVELOPER' });
  });
});

describe('the e-mail address of another', () => {
  it('is changed by an ADMIN, stays when it is not named, and is not taken from who signs in with it', async () => {
    const [ann, ben] = [await person(), await person()];
    expect(await refusal(ADMIN_TOKEN, UPDATE, { id: ann.id, email: null })).toMatchObject({ code: 'CONFLICT' });
    expect(await refusal(ADMIN_TOKEN, UPDATE, { id: ann.id, email: ben.email })).toMatchObject({ code: 'CONFLICT' });
    expect(await refusal(ADMIN_TOKEN, UPDATE, { id: ann.id, email: 'moved@example.com' })).toBeUndefined();
    await signIn(app, { email: 'moved@example.com', password: PASSWORD });
    const renamed = await ask(
      app,
      ADMIN_TOKEN,
      'mutation($id: ID!) { updateUser(id: $id, name: "Ann") { email } }',
      ann,
    );
    expect(renamed.data.updateUser.email).toBe('moved@example.com');
    expect(await refusal(ADMIN_TOKEN, SET, { id: ann.id, password: null })).toBeUndefined();
    expect(await refusal(ADMIN_TOKEN, UPDATE, { id: ann.id, email: null })).toBeUndefined();
    expect(await refusal(ben.email, UPDATE, { id: ann.id, email: 'x@example.com' })).toMatchObject({
      code: 'UNAUTHENTICATED',
    });
    expect(await refusal(await ben.enter(), UPDATE, { id: ben.id, email: 'x@example.com' })).toMatchObject({
      code: 'FORBIDDEN',
    });
  });
});

describe('a service account', () => {
  it('never signs in to the console, has no password and is no ADMIN anywhere', async () => {
    const make = 'mutation($role: Role!) { createServiceAccount(name: "Robot", role: $role) { id service } }';
    expect(await refusal(ADMIN_TOKEN, make, { role: 'ADMIN' })).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'role',
    });
    const { createServiceAccount: robot } = await app.gql(make, { role: 'DEVELOPER' });
    expect(robot.service).toBe(true);
    const { createApiToken: token } = await app.gql(
      'mutation($id: ID!) { createApiToken(userId: $id, name: "deploy") }',
      robot,
    );
    expect(await isGood(token)).toBe(true);
    const refused = await trySignIn(app, { token });
    expect([refused.status, refused.body.error.code]).toEqual([403, 'FORBIDDEN']);
    expect(refused.body.error.message).toMatch(/service account/);
    expect(refused.headers.getSetCookie()).toEqual([]);
    expect(await refusal(ADMIN_TOKEN, SET, { id: robot.id, password: NEW })).toMatchObject({ code: 'CONFLICT' });
    const botId = await createBot(app);
    const onBot = 'mutation($id: ID!, $botId: ID!) { setBotRole(userId: $id, botId: $botId, role: ADMIN) { id } }';
    expect(await refusal(ADMIN_TOKEN, onBot, { id: robot.id, botId })).toMatchObject({ code: 'BAD_USER_INPUT' });
    const promote = 'mutation($id: ID!) { updateUser(id: $id, role: ADMIN) { id } }';
    expect(await refusal(ADMIN_TOKEN, promote, robot)).toMatchObject({ code: 'BAD_USER_INPUT', field: 'role' });
  });
});

describe('the limits of a token', () => {
  const RIGHTS = '{ viewer { permissions } bots { edges { node { id permissions } } } }';
  const MAKE =
    'mutation($id: ID!, $actions: [String!], $botIds: [ID!]) { createApiToken(userId: $id, name: "t", actions: $actions, botIds: $botIds) }';

  it('hold for the tokens made with it and for the sessions it opens, and for what those make', async () => {
    const ann = await person();
    const botId = await createBot(app, { name: 'Of the limits' });
    const other = await createBot(app, { name: 'Beyond the limits' });
    const actions = ['read', 'bot.update', 'token.create'];
    const made = await ask(app, await ann.enter(), MAKE, { id: ann.id, actions });
    const byActions: string = made.data.createApiToken;
    const session = await signIn(app, { token: byActions });
    const nested = (await ask(app, session, MAKE, { id: ann.id })).data.createApiToken as string;
    for (const credentials of [byActions, session, nested]) {
      const { data } = await ask(app, credentials, RIGHTS);
      expect(data.viewer.permissions.toSorted()).toEqual(actions.toSorted());
      expect(await refusal(credentials, 'mutation($id: ID!) { deleteBot(id: $id) }', { id: botId })).toMatchObject({
        code: 'FORBIDDEN',
      });
      const wider = await refusal(credentials, MAKE, { id: ann.id, actions: ['read', 'bot.delete'] });
      expect(wider).toMatchObject({ code: 'FORBIDDEN', field: 'actions' });
    }
    const byBots: string = (await ask(app, await ann.enter(), MAKE, { id: ann.id, botIds: [botId] })).data
      .createApiToken;
    for (const credentials of [byBots, await signIn(app, { token: byBots })]) {
      const { data } = await ask(app, credentials, RIGHTS);
      expect(data.viewer.permissions).toEqual([]);
      expect(data.bots.edges.map(({ node }: { node: { id: string } }) => node.id)).toEqual([botId]);
      const rename = 'mutation($id: ID!) { updateBot(input: { id: $id, description: "x" }) { id } }';
      expect(await refusal(credentials, rename, { id: botId })).toBeUndefined();
      expect(await refusal(credentials, rename, { id: other })).toMatchObject({ code: 'NOT_FOUND' });
    }
  });

  it('are of permissions and bots that there are, and of some', async () => {
    const { viewer } = await app.gql('{ viewer { id } }');
    const { id } = viewer;
    for (const [field, limit] of [
      ['actions', ['bot.fly']],
      ['actions', []],
      ['botIds', ['st-none']],
      ['botIds', []],
    ] as const) {
      expect(await refusal(ADMIN_TOKEN, MAKE, { id, [field]: limit })).toMatchObject({ code: 'BAD_USER_INPUT', field });
    }
  });
});

describe('under four eyes', () => {
  it('who set another’s password, at the making too, and that other decide nothing of each other until it is changed', async () => {
    const second = await person('ADMIN'); // with a password that the first ADMIN has given
    const botId = await createBot(app, { name: 'Four eyes' });
    const { clientId } = await createCaller(app);
    let channels = 0;
    const requestBy = async (credentials: string): Promise<string> => {
      const { data } = await ask(
        app,
        credentials,
        'mutation($input: CreateWebhookChannelInput!) { createWebhookChannel(input: $input) { approvalRequest { id } } }',
        { input: { botId, name: `channel ${++channels}`, mode: 'SYNC', enabled: true, appClientId: clientId } },
      );
      return data.createWebhookChannel.approvalRequest.id;
    };
    const approve = async (credentials: string, id: string) =>
      (await refusal(credentials, 'mutation($id: ID!) { approve(requestId: $id) { status } }', { id }))?.code;
    const reject = async (credentials: string, id: string) =>
      (await refusal(credentials, 'mutation($id: ID!) { reject(requestId: $id, reason: "no") { status } }', { id }))
        ?.code;

    await app.gql('mutation { updateAccountSettings(fourEyes: true) { fourEyes } }');
    let session = await second.enter();
    const ofFirst = await requestBy(ADMIN_TOKEN);
    const ofSecond = await requestBy(session);
    expect([await approve(session, ofFirst), await approve(ADMIN_TOKEN, ofSecond)]).toEqual(['FORBIDDEN', 'FORBIDDEN']);
    expect([await reject(session, ofFirst), await reject(ADMIN_TOKEN, ofSecond)]).toEqual(['FORBIDDEN', 'FORBIDDEN']);

    expect(await refusal(session, CHANGE, { current: PASSWORD, next: NEW })).toBeUndefined();
    expect([await approve(session, ofFirst), await approve(ADMIN_TOKEN, ofSecond)]).toEqual([undefined, undefined]);

    expect(await refusal(ADMIN_TOKEN, SET, { id: second.id, password: PASSWORD })).toBeUndefined();
    session = await second.enter();
    expect(await approve(session, await requestBy(ADMIN_TOKEN))).toBe('FORBIDDEN');
    expect(await refusal(ADMIN_TOKEN, SET, { id: second.id, password: null })).toBeUndefined();
    await app.gql('mutation { updateAccountSettings(fourEyes: false) { fourEyes } }');
  });
});
