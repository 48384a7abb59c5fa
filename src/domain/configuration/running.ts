import type { Viewer } from '../access.js';
import type { DomainDeps } from '../command.js';
import type { Commands } from './commands.js';
import type { Snapshot } from './snapshot.js';

/** What the commands of a plan share. */
export interface Run {
  deps: DomainDeps;
  viewer: Viewer;
  commands: Commands;
  snapshot: Snapshot;
  /** Ids by the keys of documents, of what there is and what was made. */
  ids: Map<string, string>;
  comment: string;
  /** Nothing will stand: what the viewer may not do is a warning. */
  dryRun: boolean;
}

/** A step that cannot be tried, since one before it failed. */
export class NotTried extends Error {}

/** The id of what a document refers to. Throws NotTried where that could not be made. */
export function idOf({ ids }: Run, key: string): string {
  const id = ids.get(key);
  if (id === undefined) throw new NotTried();
  return id;
}
