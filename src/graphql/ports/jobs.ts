import type { Viewer } from '../../domain/access.js';

export interface JobsPort {
  /** Ends a job between two steps. False: it was over. NOT_FOUND. */
  cancel(viewer: Viewer, id: string): Promise<boolean>;
}
