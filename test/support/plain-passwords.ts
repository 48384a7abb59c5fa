import { createPasswords, type Passwords } from '../../src/domain/sign-in/passwords.js';

/** Passwords kept as they are: the real hashing takes a third of a second each time. */
export const plainPasswords: Passwords = {
  hash: async (password) => `plain$${password}`,
  matches: async (password, hash) => hash === `plain$${password}`,
  close: async () => {},
};

/** Hashed as in production, at a hundredth of the cost. */
export const quickPasswords = (): Passwords => createPasswords({ N: 2 ** 10, r: 8, p: 1 });
