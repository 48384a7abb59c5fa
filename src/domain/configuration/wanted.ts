import type { Prepared } from '../bots/transfer/import.js';
import type { Fault } from './faults.js';
import type { Kind, SpecOf } from './schema.js';

/** A document as it was read: valid by itself. */
export interface Wanted<K extends Kind = Kind> {
  /** Its place in the request. */
  document: number;
  kind: K;
  name: string;
  previousName: string | null;
  spec: SpecOf<K>;
  /** The files of a bot with a definition; null for anything else. */
  prepared: Prepared | null;
}

/** Notes what is wrong with a document, by the path in it. */
export type TellFault = (path: Fault['path'], message: string) => void;
