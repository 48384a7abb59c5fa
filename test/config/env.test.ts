import { describe, expect, it } from 'vitest';
import { readEnv } from '../../src/config/env.js';

describe('the settings', () => {
  it('have defaults that are safe for production', () => {
    expect(readEnv({})).toMatchObject({
      PORT: 4000,
      HOST: '127.0.0.1',
      OUTBOUND_ALLOW_HTTP: false,
      OUTBOUND_ALLOW_CIDRS: [],
      ROLES: ['api', 'ingress', 'dispatcher'],
      SYNC_LIMIT_SECONDS: 15,
    });
  });

  it('are refused with every fault named at once', () => {
    const source = {
      PORT: 'http',
      BOOTSTRAP_ADMIN_TOKEN: 'short',
      OUTBOUND_ALLOW_HTTP: 'yes',
      OUTBOUND_ALLOW_CIDRS: '10.0.0.0/8,10.0.0.0/33',
      ROLES: 'api,worker',
      DATABASE_URL: 'mysql://x',
      PUBLIC_URL: 'somewhere',
    };
    expect(() => readEnv(source)).toThrow(
      /PORT: [\s\S]*PUBLIC_URL: [\s\S]*DATABASE_URL: must start with postgres[\s\S]*BOOTSTRAP_ADMIN_TOKEN: [\s\S]*OUTBOUND_ALLOW_HTTP: [\s\S]*OUTBOUND_ALLOW_CIDRS: must be IP ranges[\s\S]*ROLES\.1: /,
    );
  });

  it.each([
    'http://proxy.example:3128',
    'https://proxy.example',
    'http://10.0.0.1:8080/',
    'http://[::1]:3128',
    'http://user:p%40ss@proxy.example:3128',
    'http://user@proxy.example',
  ])('take %s for a proxy', (url) => {
    expect(readEnv({ OUTBOUND_PROXY: url }).OUTBOUND_PROXY).toBe(url);
  });

  it.each([
    'proxy.example:3128',
    'socks5://user:hidden@proxy.example:1080',
    'http://user:hidden@proxy.example/path',
    'http://user:hidden@proxy.example?x',
    'http://user:hidden@proxy.example:0',
    'http://user:hidden@proxy.example:99999',
    'http://user:hid#den@proxy.example',
    'http://user:hidden%zz@proxy.example',
    'http://us%3Aer:hidden@proxy.example',
    'http://:hidden@proxy.example',
    'http://',
  ])('refuse %s as a proxy, with the form of one and without repeating it', (url) => {
    const read = () => readEnv({ OUTBOUND_PROXY: url });
    expect(read).toThrow(/OUTBOUND_PROXY: must be like http:\/\/proxy\.example:3128/);
    expect(read).not.toThrow(/hid/);
  });

  it('name what a proxy is not asked for as hosts, suffixes, addresses and ranges', () => {
    const except = 'bots.example, .svc.cluster.local,10.0.0.0/8,fd00::/8,192.0.2.1,::1,localhost,a_b.example';
    expect(readEnv({ OUTBOUND_PROXY_EXCEPT: except }).OUTBOUND_PROXY_EXCEPT).toHaveLength(8);
    for (const wrong of [
      '*.example.com',
      '*',
      '10.0.0.256',
      '10.0.0.0/33',
      'http://x.example',
      'x.example:80',
      '[::1]',
      '.',
    ]) {
      expect(() => readEnv({ OUTBOUND_PROXY_EXCEPT: `ok.example,${wrong}` }), wrong).toThrow(
        /OUTBOUND_PROXY_EXCEPT: must be/,
      );
    }
  });

  it('demand shared keys for a database that several processes use', () => {
    expect(() => readEnv({ DATABASE_URL: 'postgres://db/x' })).toThrow(/KEY_RING: with DATABASE_URL/);
    expect(readEnv({ DATABASE_URL: 'postgres://db/x', KEY_RING_FILE: '/keys' }).KEY_RING_FILE).toBe('/keys');
  });

  it('have one process on SQLite, and several on PostgreSQL alone', () => {
    const shared = { DATABASE_URL: 'postgres://db/x', KEY_RING_FILE: '/keys' };
    expect(readEnv({}).WORKERS).toBe(1);
    expect(readEnv({ ...shared, WORKERS: '4' }).WORKERS).toBe(4);
    expect(() => readEnv({ WORKERS: '2' })).toThrow(/WORKERS: a SQLite database has one process.* set DATABASE_URL/);
    expect(() => readEnv({ ...shared, WORKERS: '0' })).toThrow(/WORKERS/);
  });

  it('take an empty variable for one that is not set', () => {
    expect(readEnv({ PORT: '', DATABASE_URL: '' })).toMatchObject({ PORT: 4000 });
  });
});
