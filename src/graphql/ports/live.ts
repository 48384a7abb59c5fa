import type { Viewer } from '../../domain/access.js';

export type LiveTopic = 'CONFIGURATION' | 'CONVERSATIONS' | 'DELIVERIES';

/** Something whose changes somebody wants to know of. */
export interface Watch {
  topic: LiveTopic;
  channelId?: string | null | undefined;
  user?: string | null | undefined;
}

export interface LivePort {
  /**
   * Gives each watch once, then whenever something of it changed. BAD_USER_INPUT (`watch`) for none or too many; FORBIDDEN for
   * a token that is not good for reading.
   */
  watch(viewer: Viewer, watches: readonly Watch[]): AsyncIterableIterator<Watch>;
}
