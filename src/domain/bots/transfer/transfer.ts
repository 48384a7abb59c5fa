import type { Viewer } from '../../access.js';
import type { DomainDeps } from '../../command.js';
import type { DefinitionReader } from '../../definitions.js';
import { type ExportedState, exportBot } from './export.js';
import { setDefinition, type WithinImport } from './import.js';
import { type PlannedImportInput, plannedImport } from './planned-import.js';

/** Bots in and out, as files. */
export const createTransfer = (deps: DomainDeps, reader: DefinitionReader) => ({
  importBot: (viewer: Viewer, input: PlannedImportInput, within?: WithinImport) =>
    plannedImport(deps, reader, viewer, input, within),
  setDefinition: (viewer: Viewer, botId: string, files: Parameters<typeof setDefinition>[3]) =>
    setDefinition(deps, viewer, botId, files),
  exportBot: (viewer: Viewer, botId: string, state?: ExportedState) => exportBot(deps, viewer, botId, state),
});
