import type { Json } from '../../conversation/engine.js';
import { isObject, json, string } from '../../definition/json.js';
import type { Database } from '../../store/database.js';
import { changeResume, resumesOf } from '../../store/turn-resumes.js';

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
  /** Keeps an answer with its turn. False when no turn waits under this token, or it has one already. */
  keep(turnId: string, token: string, answer: Json): Promise<boolean>;
  /** The answers that came in for these turns, by turn id. */
  kept(turnIds: readonly string[]): Promise<Map<string, Json>>;
}

const MAX_ATTEMPTS = 3;

export function readProgress(resume: unknown): Progress | null {
  if (!isObject(resume) || string(resume.token) === '') return null;
  const { answer } = resume;
  return {
    token: string(resume.token),
    accepted: resume.accepted === true,
    ...(answer !== undefined && { answer: json(answer) }),
  };
}

/** An answer becomes part of what its turn goes on from: it is there after a crash, and for the process that waits. */
export function createWaitingTurns({ read, write }: Pick<Database, 'read' | 'write'>): WaitingTurns {
  return {
    async keep(turnId, token, answer) {
      // The turn may be pausing at this very moment, which changes what is compared.
      for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
        const before = (await resumesOf(read, [turnId])).get(turnId);
        const progress = before === undefined ? null : readProgress(JSON.parse(before));
        if (before === undefined || progress?.token !== token || progress.answer !== undefined) return false;
        if (await changeResume(write, turnId, before, JSON.stringify({ ...progress, answer }))) return true;
      }
      return false;
    },
    async kept(turnIds) {
      const resumes = await resumesOf(read, turnIds);
      return new Map(
        [...resumes].flatMap(([turnId, resume]) => {
          const answer = readProgress(JSON.parse(resume))?.answer;
          return answer === undefined ? [] : [[turnId, answer] as const];
        }),
      );
    },
  };
}
