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

  it('demand shared keys for a database that several processes use', () => {
    expect(() => readEnv({ DATABASE_URL: 'postgres://db/x' })).toThrow(/KEY_RING: with DATABASE_URL/);
    expect(readEnv({ DATABASE_URL: 'postgres://db/x', KEY_RING_FILE: '/keys' }).KEY_RING_FILE).toBe('/keys');
  });

  it('take an empty variable for one that is not set', () => {
    expect(readEnv({ PORT: '', DATABASE_URL: '' })).toMatchObject({ PORT: 4000 });
  });
});
