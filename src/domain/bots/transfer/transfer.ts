import type { Viewer } from '../../access.js';
import type { DomainDeps } from '../../command.js';
import { type ExportedState, exportBot } from './export.js';
import { type ImportInput, importBot, setDefinition } from './import.js';

/** Bots in and out, as files. */
export const createTransfer = (deps: DomainDeps) => ({
  importBot: (viewer: Viewer, input: ImportInput, within?: Parameters<typeof importBot>[3]) =>
    importBot(deps, viewer, input, within),
  setDefinition: (viewer: Viewer, botId: string, files: Parameters<typeof setDefinition>[3]) =>
    setDefinition(deps, viewer, botId, files),
  exportBot: (viewer: Viewer, botId: string, state?: ExportedState) => exportBot(deps, viewer, botId, state),
});
