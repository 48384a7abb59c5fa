import type { BotRecord } from '../../store/tables/bots.js';

const SESSION_TIMEOUT_MINUTES = 15; // the platform's default (kore-webhook.md §1.9)

/** A new bot, with standard responses only. */
export function newBot(given: { id: string; accountId: string; name: string; now: number }): BotRecord {
  const { now, ...names } = given;
  return {
    ...names,
    description: null,
    kind: 'STANDARD',
    parentId: null,
    engine: 'DIALOG',
    engineSettings: null,
    engineSecretsCipher: null,
    defaultLanguage: 'en',
    sessionTimeoutMinutes: SESSION_TIMEOUT_MINUTES,
    definitionId: null,
    liveVersionId: null,
    nextVersionNumber: 1,
    revision: 1,
    ownDefinition: false,
    ownEngine: false,
    ownSettings: false,
    suspendedAt: null,
    suspendedReason: null,
    createdAt: now,
    updatedAt: now,
    deletedAt: null,
  };
}
