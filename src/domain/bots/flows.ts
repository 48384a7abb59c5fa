import { type DialogFlow, dialogFlows } from '../../definition/flow.js';
import { notFound } from '../../errors.js';
import { findVersionByNumber } from '../../store/tables/bot-versions.js';
import type { BotRecord } from '../../store/tables/bots.js';
import { assertMay, type Viewer } from '../access.js';
import type { DomainDeps } from '../command.js';
import type { DefinitionReader } from '../definitions.js';

export interface FlowFilter {
  /** Null: the bot as edited. */
  versionNumber: number | null;
  /** Null: all dialogs. */
  ids: readonly string[] | null;
}

/** What the dialogs of bots do, node by node. */
export function createFlows({ database }: DomainDeps, reader: DefinitionReader) {
  return {
    /** None for a bot that lives elsewhere. NOT_FOUND for the version; FORBIDDEN for who may not export the bot. */
    async ofBot(viewer: Viewer, bot: BotRecord, { versionNumber, ids }: FlowFilter): Promise<DialogFlow[]> {
      assertMay(viewer, 'bot.export', bot.id);
      const db = database.read;
      const version = versionNumber === null ? bot : await findVersionByNumber(db, bot.id, versionNumber);
      if (!version) throw notFound('version', String(versionNumber));
      const { definitionId, engine } = version;
      if (engine !== 'DIALOG') return [];
      const read = (await reader.ofBots(db, [{ ...bot, definitionId }])).get(bot.id);
      const flows = read ? dialogFlows(read.definition) : [];
      return ids === null ? flows : flows.filter(({ id }) => ids.includes(id));
    },
  };
}
