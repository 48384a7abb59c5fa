import type { Passwords } from '../../src/domain/sign-in/passwords.js';

/** Passwords kept as they are: the real hashing takes a third of a second each time. */
export const plainPasswords: Passwords = {
  hash: async (password) => `plain$${password}`,
  matches: async (password, hash) => hash === `plain$${password}`,
  close: async () => {},
};
