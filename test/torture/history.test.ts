import { describe, expect, it } from 'vitest';
import { type History, type Kind, type Send, violations } from '../../bench/torture/history.js';

const send = (n: number, kind: Kind = 'async', over: Partial<Send> = {}): Send => ({
  kind,
  user: 'u',
  text: `m${n}`,
  sentAt: n * 10,
  acceptedAt: n * 10 + 1,
  answers: kind === 'async' ? [] : [`m${n}|${n}|0`],
  ...over,
});
const answered = (n: number, ...answers: string[]) => send(n, 'sync', { answers });
const receipt = (sequence: number, text = `m${sequence}|${sequence}|0`, id = `ms-${sequence}`) => ({
  at: 1000 + sequence,
  user: 'u',
  id,
  text,
  sequence,
});
const check = (sends: Send[], receipts: History['receipts'] = []) => violations({ sends, receipts }, 1);

describe('the history checker', () => {
  it('finds nothing wrong with messages in order, repeats under the same id, and what was never accepted', () => {
    expect(check([send(1), send(2)], [receipt(1), receipt(2), receipt(2)])).toEqual([]);
    expect(check([send(1), send(2, 'async', { acceptedAt: null })], [receipt(1)])).toEqual([]);
    expect(check([send(1, 'sync'), send(2, 'sync')])).toEqual([]);
  });

  it.each<[string, Send[], History['receipts'], string]>([
    ['a lost message', [send(1), send(2)], [receipt(1)], '"m2" was accepted and is missing'],
    ['callbacks out of order', [send(1), send(2)], [receipt(2), receipt(1)], '#1 came after #2'],
    ['a gap', [send(1)], [receipt(2, 'm1|1|0')], '"m1|1|0" is #2 where #1 is due'],
    ['a repeat after its successor', [send(1), send(2)], [receipt(1), receipt(2), receipt(1)], '#1 came after #2'],
    ['an id that changes', [send(1)], [receipt(1), receipt(1, 'm1|2|0')], 'ms-1 was "m1|1|0" #1, then'],
    ['a message said twice', [send(1)], [receipt(1), receipt(2, 'm1|1|0')], '2 callbacks for 1 messages'],
    ['a lost update', [answered(1, 'm1|1|0'), answered(2, 'm2|1|0')], [], 'it counted 1 1'],
    ['a turn run twice', [answered(1, 'm1|2|0')], [], 'counted to 2 for 1 messages'],
    ['two answers', [answered(1, 'm1|1|0', 'm1|2|0')], [], '"m1" was answered m1|1|0 and m1|2|0'],
    ['an answer to somebody else', [answered(1, 'm7|1|0')], [], '"m1" got the answer of "m7"'],
    ['overtaking', [send(1), send(2)], [receipt(1, 'm2|1|0'), receipt(2, 'm1|2|0')], 'and overtook it'],
    ['a message nobody sent', [send(1)], [receipt(1), receipt(2)], '"m2" was answered and never sent'],
  ])('notices %s', (_what, sends, receipts, complaint) => {
    expect(check(sends, receipts).join('\n')).toContain(complaint);
  });
});
