import { describe, expect, it } from 'vitest';
import { Lane } from '../../src/lanes/lane.js';

describe('the modes of a lane', () => {
  it('follow each other as documented, and in no other way', () => {
    const lane = new Lane<number>('cv');
    lane.become('READING');
    lane.fallBehind();
    expect(lane.mode).toBe('BEHIND');
    expect(() => lane.become('FOLLOWING')).toThrow('never FOLLOWING after BEHIND');
    lane.become('READING');
    lane.become('FOLLOWING');
    lane.become('RESTING');
    lane.fallBehind();
    expect(lane.mode).toBe('RESTING'); // it is read when it is tried again
    expect(() => lane.become('READING')).toThrow('never READING after RESTING');
  });

  it('let a message go on in memory only when everything stored before it has', () => {
    const lane = new Lane<number>('cv');
    expect([lane.follows(7, 0), lane.follows(7, 1)]).toEqual([true, false]);
    lane.lastSeq = 6;
    expect([lane.follows(7, 1), lane.follows(8, 1)]).toEqual([true, false]);
    lane.fallBehind();
    expect(lane.follows(7, 0)).toBe(false);
  });

  it('hold on to what memory has only while no other process can have had the lane', () => {
    const lane = new Lane<number>('cv');
    lane.lease = { laneId: 'cv:out', epoch: 4 };
    expect([5, 6].map((epoch) => lane.continues({ laneId: 'cv:out', epoch }))).toEqual([true, false]);
    lane.letGo({ laneId: 'cv:out', epoch: 3 });
    expect(lane.lease.epoch).toBe(4);
  });
});
