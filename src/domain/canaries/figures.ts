import type { Db } from '../../store/database/database.js';
import type { CanaryRecord } from '../../store/tables/canaries.js';
import {
  type CanaryConversationCounts,
  type CanarySide,
  type CanaryTurnCounts,
  canaryTurnCounts,
} from '../../store/tables/canary-counts.js';
import { percentile } from '../metrics.js';
import { countsOf } from './end.js';

/** What one side of a canary did. */
export interface SideFigures {
  side: CanarySide;
  versionId: string;
  conversations: number;
  /** Those in which it has happened. */
  conversationsFailed: number;
  conversationsUnidentified: number;
  conversationsSlow: number;
  turns: number;
  failed: number;
  unidentified: number;
  slow: number;
  tasksEnded: number;
  tasksFulfilled: number;
  responseTimeP50Ms: number | null;
  responseTimeP95Ms: number | null;
}

export interface CanaryFigures {
  conversations: CanaryConversationCounts[];
  sides: SideFigures[];
  channels: { channelId: string; sides: SideFigures[] }[];
}

/** Both sides of each canary, together and by channel; of one that is over as they were at its end. */
export async function figuresOf(
  db: Db,
  canaries: readonly CanaryRecord[],
  now: number,
): Promise<Map<string, CanaryFigures>> {
  const running = canaries.filter(({ summary }) => summary === null).map(({ id }) => id);
  const counted = running.length === 0 ? new Map() : await countsOf(db, running, now);
  const turns = await canaryTurnCounts(
    db,
    canaries.map(({ id }) => id),
  );
  return new Map(
    canaries.map((canary) => {
      const kept = canary.summary as CanaryConversationCounts[] | null; // as `endCanary` has written it
      return [canary.id, figuresFrom(canary, kept ?? counted.get(canary.id) ?? [], turns.get(canary.id) ?? [])];
    }),
  );
}

function figuresFrom(
  canary: CanaryRecord,
  conversations: CanaryConversationCounts[],
  turns: readonly CanaryTurnCounts[],
): CanaryFigures {
  const sidesOf = (channelId: string | null) =>
    (['BASELINE', 'CANDIDATE'] as const).map((side) =>
      sideOf(
        canary,
        side,
        conversations.filter((row) => row.side === side && (channelId ?? row.channelId) === row.channelId),
        turns.filter((row) => row.side === side && (channelId ?? row.channelId) === row.channelId),
      ),
    );
  const channels = canary.channelIds.map((channelId) => ({ channelId, sides: sidesOf(channelId) }));
  return { conversations, sides: sidesOf(null), channels };
}

function sideOf(
  { baselineId, candidateId }: CanaryRecord,
  side: CanarySide,
  conversations: readonly CanaryConversationCounts[],
  turns: readonly CanaryTurnCounts[],
): SideFigures {
  const ofAll = (key: 'conversations' | 'failed' | 'unidentified' | 'slow') => total(conversations, (row) => row[key]);
  const ofTurns = (key: 'turns' | 'failed' | 'unidentified' | 'slow' | 'ended' | 'fulfilled') =>
    total(turns, (row) => row[key]);
  const buckets = turns[0]?.responseTimes.length ?? 0;
  const histogram = Array.from({ length: buckets }, (_, at) => total(turns, (row) => row.responseTimes[at] ?? 0));
  return {
    side,
    versionId: side === 'CANDIDATE' ? candidateId : baselineId,
    conversations: ofAll('conversations'),
    conversationsFailed: ofAll('failed'),
    conversationsUnidentified: ofAll('unidentified'),
    conversationsSlow: ofAll('slow'),
    turns: ofTurns('turns'),
    failed: ofTurns('failed'),
    unidentified: ofTurns('unidentified'),
    slow: ofTurns('slow'),
    tasksEnded: ofTurns('ended'),
    tasksFulfilled: ofTurns('fulfilled'),
    responseTimeP50Ms: percentile(histogram, 0.5),
    responseTimeP95Ms: percentile(histogram, 0.95),
  };
}

const total = <R>(rows: readonly R[], of: (row: R) => number): number => rows.reduce((sum, row) => sum + of(row), 0);
