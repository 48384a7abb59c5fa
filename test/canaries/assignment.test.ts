import { describe, expect, it } from 'vitest';
import { assignmentOf } from '../../src/domain/canaries/assignment.js';
import { createChance } from '../../src/turn/chance.js';

const conversations = Array.from({ length: 20_000 }, (_, n) => `cv-${n}`);

describe('the side of a conversation', () => {
  it('is the candidate as often as the share says, independently of another canary', () => {
    for (const share of [0.01, 0.1, 0.5, 0.9]) {
      const on = (id: string) =>
        conversations.filter((one) => assignmentOf({ id, steps: [{ share, at: 0 }] }, one, 1)?.side === 'CANDIDATE');
      const [first, second] = [on('cn-1'), new Set(on('cn-2'))];
      const tolerance = 4 * Math.sqrt((share * (1 - share)) / conversations.length);
      expect(Math.abs(first.length / conversations.length - share)).toBeLessThan(tolerance);
      const both = first.filter((one) => second.has(one)).length / conversations.length;
      expect(Math.abs(both - share * share)).toBeLessThan(2 * tolerance);
    }
  });

  it('stays through any changes of the share in a session, and on the candidate as long as the share grows', () => {
    const random = createChance(11)('canary');
    for (let run = 0; run < 200; run += 1) {
      const conversation = `cv-${run}`;
      const startedAt = Math.floor(random() * 10);
      const steps = [{ share: random(), at: 0 }];
      const before = assignmentOf({ id: 'cn', steps }, conversation, startedAt);
      for (let at = 10; at < 20; at += 1) {
        const last = steps.at(-1)?.share ?? 0;
        const seen = assignmentOf({ id: 'cn', steps }, conversation, at);
        steps.push({ share: last + (1 - last) * random(), at: at + 1 });
        expect(assignmentOf({ id: 'cn', steps }, conversation, startedAt)).toEqual(before);
        if (seen?.side === 'CANDIDATE')
          expect(assignmentOf({ id: 'cn', steps }, conversation, at + 1)?.side).toBe('CANDIDATE');
      }
    }
  });

  it('is none for a session from before the canary', () => {
    expect(assignmentOf({ id: 'cn', steps: [{ share: 0.9, at: 100 }] }, 'cv', 99)).toBeNull();
    expect(assignmentOf({ id: 'cn', steps: [{ share: 0.9, at: 100 }] }, 'cv', 100)).not.toBeNull();
  });
});
