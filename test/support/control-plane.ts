import { randomBytes } from 'node:crypto';
import type { Viewer } from '../../src/domain/access.js';
import { bootstrap } from '../../src/domain/bootstrap.js';
import type { DomainDeps } from '../../src/domain/command.js';
import { createDomain, type Domain } from '../../src/domain/domain.js';
import { silentLog } from '../../src/log.js';
import { checkUrl, createPolicy } from '../../src/outbound/guard.js';
import type { Database } from '../../src/store/database/database.js';
import { laneStore } from '../../src/store/tables/lanes.js';
import type { Role } from '../../src/store/tables/users.js';
import { createVault, type Vault } from '../../src/store/vault.js';
import { hookUrl } from '../../src/wire/hook-url.js';
import { hookV2 } from '../../src/wire/v2.js';
import { createTestClock, type TestClock } from './clock.js';
import { quickPasswords } from './plain-passwords.js';

export interface ControlPlane {
  domain: Domain;
  deps: DomainDeps;
  database: Database;
  vault: Vault;
  clock: TestClock;
  /** The first ADMIN. */
  admin: Viewer;
  adminToken: string;
  /** How often memory was told of changes. */
  changesSeen: () => number;
  /** A user of that role. */
  userAs(role: Role, name?: string): Promise<Viewer>;
}

export const PUBLIC_URL = 'https://hooks.example.com';
export const POST_URL = 'https://receiver.example.com/callback';

/** The whole domain over a migrated database, with its first ADMIN. */
export async function createControlPlane(database: Database): Promise<ControlPlane> {
  const clock = createTestClock();
  const vault = createVault([{ id: 'k1', key: randomBytes(32) }]);
  const policy = createPolicy({ allowHttp: false, allowCidrs: [] });
  let seen = 0;
  const deps: DomainDeps = {
    database,
    vault,
    clock,
    log: silentLog,
    publicUrl: PUBLIC_URL,
    hookUrl: (channel) => hookUrl(PUBLIC_URL, channel, hookV2),
    checkPostUrl: (url, field) => void checkUrl(url, policy, field),
    onChange: () => {
      seen += 1;
    },
    outbound: { request: () => Promise.reject(new Error('nothing is called from here')) },
    signIn: null,
    lanes: laneStore(database.dialect, 'tests'),
    sendsMail: false,
    maxAttachmentBytes: 1024,
  };
  const adminToken = (await bootstrap(deps)) ?? '';
  const domain = createDomain(deps, quickPasswords());
  const admin = await domain.apiTokens.authenticate(adminToken, '127.0.0.1');
  if (!admin) throw new Error('the first token does not authenticate');
  return {
    domain,
    deps,
    database,
    vault,
    clock,
    admin,
    adminToken,
    changesSeen: () => seen,
    async userAs(role, name = role) {
      const user = await domain.users.create(admin, { name, role });
      return { id: user.id, accountId: user.accountId, name: user.name, role: user.role };
    },
  };
}
