import { isObject, json, string } from '../../definition/json.js';
import type { Json } from '../../json.js';
import type { Database } from '../../store/database/database.js';
import { changeResume, resumesOf } from '../../store/tables/turn-resumes.js';
import type { Vault } from '../../store/vault.js';
import { openResume, storedResume } from '../../turn/stored-form.js';

/** Where a turn stood when it was last committed. The token is the bot's right to answer it. */
export interface Progress {
  token: string;
  /** The bot has said that it will call back. */
  accepted: boolean;
  /** It has, while nobody waited or another process did. */
  answer?: Json;
}

/** Turns that wait for their bot, whichever process runs them. */
export interface WaitingTurns {
  /** Whether this turn waits under this token and has no answer yet. */
  isWaiting(turnId: string, token: string): Promise<boolean>;
  /**
   * Keeps an answer with its turn. EARLY: that the bot will call back is not stored yet, and storing it would undo this;
   * NONE: no turn waits under this token, or it has its answer.
   */
  keep(turnId: string, token: string, answer: Json): Promise<'KEPT' | 'EARLY' | 'NONE'>;
  /** The answers that came in for these turns, by turn id. */
  kept(turnIds: readonly string[]): Promise<Map<string, Json>>;
}

export function readProgress(resume: unknown): Progress | null {
  if (!isObject(resume) || string(resume.token) === '') return null;
  const { answer } = resume;
  return {
    token: string(resume.token),
    accepted: resume.accepted === true,
    ...(answer !== undefined && { answer: json(answer) }),
  };
}

/** Keeps an answer in what its turn goes on from, where it outlives a crash and the process that waits finds it. */
export function createWaitingTurns(
  { read, write }: Pick<Database, 'read' | 'write'>,
  vault: Pick<Vault, 'seal' | 'open'>,
): WaitingTurns {
  const progressOf = (turnId: string, stored: string) => readProgress(JSON.parse(openResume(vault, turnId, stored)));

  async function find(turnId: string, token: string): Promise<{ before: string; progress: Progress } | null> {
    const before = (await resumesOf(read, [turnId])).get(turnId);
    const progress = before === undefined ? null : progressOf(turnId, before);
    if (before === undefined || progress?.token !== token || progress.answer !== undefined) return null;
    return { before, progress };
  }

  return {
    isWaiting: async (turnId, token) => (await find(turnId, token)) !== null,
    async keep(turnId, token, answer) {
      const found = await find(turnId, token);
      if (!found) return 'NONE';
      const { before, progress } = found;
      if (!progress.accepted) return 'EARLY';
      // Not through the commit queue: one row, once a turn, guarded by its own content; no lane and no lease is touched.
      const after = storedResume(vault, turnId, JSON.stringify({ ...progress, answer }), before);
      const kept = await changeResume(write, turnId, before, after);
      return kept ? 'KEPT' : 'NONE';
    },
    async kept(turnIds) {
      if (turnIds.length === 0) return new Map();
      const resumes = await resumesOf(read, turnIds);
      return new Map(
        [...resumes].flatMap(([turnId, resume]) => {
          const answer = progressOf(turnId, resume)?.answer;
          return answer === undefined ? [] : [[turnId, answer] as const];
        }),
      );
    },
  };
}
