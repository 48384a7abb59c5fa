import type { Content } from '../../vocabulary.js';

export type ReviewPart =
  | 'CONFIGURATION' // of a channel
  | 'CHANNELS' // that the version serves
  | 'SETTINGS'
  | 'VARIABLE'
  | 'OVERRIDE'
  | 'MESSAGE'
  | 'SCRIPT'
  | 'DIALOG'
  | 'NODE'
  | 'KNOWLEDGE'
  | 'OTHER';

export type ReviewChange = 'ADDED' | 'CHANGED' | 'REMOVED';

/** One thing that a request, publish or rollback changes for users. */
export interface ReviewItem {
  /** Names it within its review; comments refer to it. */
  anchor: string;
  part: ReviewPart;
  name: string;
  /** Kind of a message: prompt, FAQ …; for another part, the list of the file that it stands in. */
  kind: string | null;
  change: ReviewChange;
  /** The name of the channel; null: all. */
  channel: string | null;
  /** The type of channel it is written for; null: all, or one channel. */
  channelType: string | null;
  language: string | null;
  /** Empty: it was not there. */
  before: Content[];
  /** Empty: it will not be there. */
  after: Content[];
  /** What is said where it is not there; empty: nothing. */
  otherwise: Content[];
}

/** An item by what is there before and after; null where that is the same. */
export function itemOf(
  item: Pick<ReviewItem, 'part' | 'name'> & Partial<ReviewItem> & { id: readonly unknown[] },
): ReviewItem | null {
  const { id, before = [], after = [], ...rest } = item;
  if (JSON.stringify(before) === JSON.stringify(after)) return null;
  return {
    kind: null,
    channel: null,
    channelType: null,
    language: null,
    otherwise: [],
    ...rest,
    anchor: `${item.part} ${JSON.stringify(id)}`,
    change: before.length === 0 ? 'ADDED' : after.length === 0 ? 'REMOVED' : 'CHANGED',
    before,
    after,
  };
}

export const isItem = (item: ReviewItem | null): item is ReviewItem => item !== null;

/** A value as it is read: nothing for null. */
export function shown(value: unknown): Content[] {
  if (value === null || value === undefined || value === '') return [];
  return [{ type: 'TEXT', value: typeof value === 'string' ? value : JSON.stringify(value, null, 2) }];
}
