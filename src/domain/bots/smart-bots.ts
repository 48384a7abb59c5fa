import { conflict } from '../../errors.js';
import type { BotRecord } from '../../store/bots.js';
import { assertMay, type Viewer } from '../access.js';
import type { DomainDeps } from '../command.js';

/** Bots that inherit from a parent. */
export function createSmartBots(_deps: DomainDeps) {
  return {
    async create(
      viewer: Viewer,
      _input: { parentId: string; name: string; description?: string | null | undefined },
    ): Promise<BotRecord> {
      assertMay(viewer, 'bot.create');
      throw conflict('Smart bots are not available in this build.');
    },
  };
}
