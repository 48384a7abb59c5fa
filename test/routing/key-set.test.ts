import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createPolicy } from '../../src/outbound/guard.js';
import { createOutbound, type Outbound } from '../../src/outbound/request.js';
import { createKeySet, type KeySet } from '../../src/routing/key-set.js';
import { HOUR, MINUTE, SECOND } from '../../src/time.js';
import type { JwtAlgorithm } from '../../src/vocabulary.js';
import { type CallerKey, ecKey, rsaKey } from '../support/caller-keys.js';
import { createTestClock, type TestClock } from '../support/clock.js';
import { type Answer, createReceiver, type Receiver } from '../support/receiver.js';

const one = rsaKey();
const two = rsaKey();
const curve = ecKey();

describe('the keys that a caller publishes', () => {
  let publisher: Receiver;
  let outbound: Outbound;
  let clock: TestClock;
  let failures: unknown[];
  let answer: Answer;

  beforeAll(async () => {
    publisher = await createReceiver((exchange) => answer(exchange));
  });
  afterAll(() => publisher.close());
  beforeEach(() => {
    publisher.requests.length = 0;
    clock = createTestClock();
    failures = [];
    outbound = createOutbound({ policy: createPolicy({ allowHttp: true, allowCidrs: ['127.0.0.1'] }), clock });
    return () => outbound.close();
  });

  const text =
    (body: string, status = 200): Answer =>
    ({ response }) =>
      void response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  const publish = (...keys: unknown[]): void => {
    answer = text(JSON.stringify({ keys }));
  };
  const open = (algorithm: JwtAlgorithm = 'RS256', url = `${publisher.url}/jwks`): KeySet => {
    const events = {
      keySetRead: (_set: object, error?: unknown) => void (error !== undefined && failures.push(error)),
    };
    return createKeySet({ outbound, clock, events }, { clientId: 'cs-1', accountId: 'ac-1', url, algorithm });
  };
  const holds = async (set: KeySet, kid: string | undefined, ...keys: CallerKey[]): Promise<void> => {
    const found = await set.keys(kid);
    expect(found.map((key) => key.export({ format: 'jwk' }))).toEqual(keys.map((key) => key.jwk()));
  };

  it('are fetched once for all who ask at once, and kept', async () => {
    publish(one.jwk({ kid: 'a' }), two.jwk({ kid: 'b' }));
    const set = open();
    await Promise.all(Array.from({ length: 50 }, () => holds(set, 'a', one)));
    await holds(set, 'b', two);
    await holds(set, undefined, one, two);
    expect(publisher.requests).toHaveLength(1);
    expect(publisher.requests[0]).toMatchObject({ method: 'GET', path: '/jwks' });
  });

  it('are fetched again for a kid that is not among them, but once a minute at the most', async () => {
    publish(one.jwk({ kid: 'a' }));
    const set = open();
    await holds(set, 'a', one);
    publish(one.jwk({ kid: 'a' }), two.jwk({ kid: 'b' }));
    for (let n = 0; n < 20; n += 1) await holds(set, `b${n}`);
    expect(publisher.requests).toHaveLength(1);
    clock.advance(1 * MINUTE);
    await Promise.all(Array.from({ length: 20 }, () => holds(set, 'b', two)));
    await holds(set, 'c');
    expect(publisher.requests).toHaveLength(2);
  });

  it('are used no longer than five minutes after they were withdrawn', async () => {
    publish(one.jwk({ kid: 'a' }));
    const set = open();
    await holds(set, 'a', one);
    publish(two.jwk({ kid: 'b' }));
    clock.advance(5 * MINUTE + 1);
    await holds(set, 'a');
    await holds(set, 'b', two);
    publish();
    clock.advance(5 * MINUTE + 1);
    await holds(set, 'b');
    expect(failures).toEqual([]);
  });

  it('are used for a day while they cannot be read, and tried once a minute', async () => {
    publish(one.jwk({ kid: 'a' }));
    const set = open();
    await holds(set, 'a', one);
    answer = text('gone', 500);
    clock.advance(6 * MINUTE);
    for (let n = 0; n < 10; n += 1) await holds(set, 'a', one);
    expect(publisher.requests).toHaveLength(2);
    clock.advance(24 * HOUR);
    await holds(set, 'a');
    expect(failures.map(String)).toEqual(Array(2).fill('Error: The URL answered 500 instead of 200.'));
    publish(one.jwk({ kid: 'a' }));
    clock.advance(1 * MINUTE);
    await holds(set, 'a', one);
  });

  it('are not asked for again within a minute when they could not be read at first', async () => {
    answer = text('no', 404);
    const set = open();
    for (let n = 0; n < 10; n += 1) await holds(set, 'a');
    expect(publisher.requests).toHaveLength(1);
    publish(one.jwk());
    clock.advance(1 * MINUTE);
    await holds(set, 'a', one); // a key without a kid stands for every kid
  });

  it('are waited for no longer than five seconds', async () => {
    answer = () => {}; // never
    const set = open();
    const waiting = set.keys('a');
    await publisher.received(1);
    clock.advance(6 * SECOND);
    expect(await waiting).toEqual([]);
    expect(failures).toMatchObject([{ reason: 'TIMEOUT' }]);
  });

  it.each<[string, Answer]>([
    ['leads elsewhere', ({ response }) => void response.writeHead(302, { location: `${publisher.url}/inside` }).end()],
    [
      'leads on with its body',
      ({ response }) => void response.writeHead(307, { location: '/inside' }).end('{"keys":[]}'),
    ],
    ['is longer than 64 KiB', text(JSON.stringify({ keys: [one.jwk({ kid: 'a', x: 'x'.repeat(70_000) })] }))],
    ['is no JSON', text('<html>')],
    ['is a list', text('[]')],
    ['has no keys', text('{"keys":{}}')],
    ['is nothing', text('')],
    ['is deep', text('['.repeat(60_000))],
    [
      'is cut off',
      ({ response, socket }) => {
        response.write('{"keys":[');
        setImmediate(() => socket.destroy());
      },
    ],
  ])('are not taken from an answer that %s', async (_title, wrong) => {
    answer = wrong;
    const set = open();
    await holds(set, 'a');
    expect(failures).toHaveLength(1);
    expect(publisher.requests).toHaveLength(1);
  });

  it('are not fetched from inside, wherever the name leads', async () => {
    const policy = createPolicy({ allowHttp: true, allowCidrs: [] });
    const resolve = async () => ['169.254.169.254'];
    await using guarded = createOutbound({ policy, clock, resolve } as never);
    const events = { keySetRead: (_set: object, error?: unknown) => void failures.push(error) };
    for (const url of ['http://metadata.example.com/jwks', `${publisher.url}/jwks`]) {
      const source = { clientId: 'cs-1', accountId: 'ac-1', url, algorithm: 'RS256' } as const;
      expect(await createKeySet({ outbound: guarded, clock, events }, source).keys('a')).toEqual([]);
    }
    expect(failures).toMatchObject([{ reason: 'BLOCKED_ADDRESS' }, { reason: 'BLOCKED_ADDRESS' }]);
    expect(publisher.requests).toHaveLength(0);
  });

  it('leave out what is not for verifying tokens of the algorithm', async () => {
    publish(
      one.jwk({ kid: 'a', use: 'enc' }),
      one.jwk({ kid: 'a', alg: 'RS512' }),
      one.jwk({ kid: 'a', alg: 'none' }),
      one.jwk({ kid: 'a', key_ops: ['sign'] }),
      one.jwk({ kid: 'a', key_ops: 'verify' }),
      one.jwk({ kid: 7 }),
      one.jwk({ kid: 'a'.repeat(300) }),
      { ...one.privateKey.export({ format: 'jwk' }), kid: 'a' },
      rsaKey(1024).jwk({ kid: 'a' }),
      curve.jwk({ kid: 'a' }),
      { kty: 'oct', k: 'c2VjcmV0', kid: 'a' },
      { kty: 'RSA', x5c: ['MII'], kid: 'a' },
      { kty: 'RSA', n: 'AQAB', e: '', kid: 'a' },
      null,
      'key',
      [],
      two.jwk({ kid: 'a', use: 'sig', alg: 'RS256', key_ops: ['verify'], x5u: 'http://127.0.0.1/', x5c: ['x'] }),
    );
    await holds(open(), 'a', two);
    publish(one.jwk(), ecKey('P-384').jwk(), ecKey('secp256k1').jwk(), curve.jwk({ y: curve.jwk().x }), curve.jwk());
    await holds(open('ES256'), 'a', curve);
    publish(...Array.from({ length: 50 }, () => curve.jwk()), one.jwk({ kid: 'last' }));
    await holds(open(), 'last'); // behind the first fifty
    publish(...Array.from({ length: 9 }, () => one.jwk()));
    expect(await open().keys(undefined)).toHaveLength(4);
  });

  it('stay the same objects while they stay the same keys, so that tokens known by them are', async () => {
    publish(one.jwk({ kid: 'a' }));
    const set = open();
    const [before] = await set.keys('a');
    clock.advance(6 * MINUTE);
    expect((await set.keys('a'))[0]).toBe(before);
    expect(publisher.requests).toHaveLength(2);
  });

  it('are none for whatever else is published', async () => {
    const anything = fc.oneof(
      fc.json(),
      fc
        .record({
          keys: fc.array(
            fc.record({ kty: fc.constantFrom('RSA', 'EC', 1), n: fc.anything(), e: fc.anything(), kid: fc.string() }),
          ),
        })
        .map((v) => JSON.stringify(v) ?? ''),
    );
    await fc.assert(
      fc.asyncProperty(anything, async (body) => {
        answer = text(body);
        expect(await open().keys(undefined)).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});
