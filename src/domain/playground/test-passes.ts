import type { Vault } from '../../store/vault.js';
import { MINUTE } from '../../time.js';
import type { TestedVersion } from '../../vocabulary.js';
import type { DraftSecrets } from '../bots/draft.js';

/** Leave to talk to one version of a bot on one channel, whatever hinders the channel. */
export interface TestPass {
  accountId: string;
  botId: string;
  channelId: string;
  version: TestedVersion;
  secrets: DraftSecrets;
  /** The user it was given to. */
  userId: string;
  /** Milliseconds since the epoch. */
  expiresAt: number;
}

export interface TestPasses {
  give(pass: Omit<TestPass, 'expiresAt'>, now: number): { token: string; expiresAt: number };
  /** Null for a token that this server has not made, and for one whose time is over. */
  read(token: string, now: number): TestPass | null;
}

/** Milliseconds that a pass is good. It cannot be revoked: whoever loses the right to it keeps it for the rest of them. */
const GOOD_FOR_MS = 10 * MINUTE;
const PURPOSE = 'test passes';
/** How tokens of passes begin; the dot-separated ones of apps never do. */
const BEGINNING = 'test~';

export const isTestToken = (token: string): boolean => token.startsWith(BEGINNING);

/** Passes are signed with the key ring: every process knows them, and no row does. */
export function createTestPasses(vault: Pick<Vault, 'mac' | 'verify'>): TestPasses {
  return {
    give(pass, now) {
      const expiresAt = now + GOOD_FOR_MS;
      const body = Buffer.from(JSON.stringify({ ...pass, expiresAt })).toString('base64url');
      return { token: `${BEGINNING}${body}~${vault.mac(body, PURPOSE)}`, expiresAt };
    },
    read(token, now) {
      const [, body = '', mac = ''] = token.split('~');
      if (!isTestToken(token) || !vault.verify(mac, body, PURPOSE)) return null;
      const pass = JSON.parse(Buffer.from(body, 'base64url').toString('utf8')) as TestPass; // written by `give` alone
      return pass.expiresAt > now ? pass : null;
    },
  };
}
