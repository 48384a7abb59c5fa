import type { Viewer } from '../../access.js';
import type { DomainDeps } from '../../command.js';
import { exportBot } from './export.js';
import { type ImportInput, importBot } from './import.js';

/** Bots in and out, as files. */
export const createTransfer = (deps: DomainDeps) => ({
  importBot: (viewer: Viewer, input: ImportInput) => importBot(deps, viewer, input),
  exportBot: (viewer: Viewer, botId: string) => exportBot(deps, viewer, botId),
});
