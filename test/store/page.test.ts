import { describe, expect, it } from 'vitest';
import { pageOf, pageSize } from '../../src/store/database/page.js';

const letters = ['a', 'b', 'c', 'd', 'e'];
const itself = (letter: string) => letter;
const nodes = (list: readonly string[], after?: string) => pageOf(list, itself, { first: 2, after });

describe('a page of a list in memory', () => {
  it('goes on after the last one seen', () => {
    const first = nodes(letters);
    expect([first.hasPreviousPage, first.hasNextPage]).toEqual([false, true]);
    const second = nodes(letters, first.edges[1]?.cursor);
    expect(second.edges.map((edge) => edge.node)).toEqual(['c', 'd']);
    const last = nodes(letters, second.edges[1]?.cursor);
    expect([last.edges.map((edge) => edge.node), last.hasNextPage]).toEqual([['e'], false]);
  });

  it('goes on at its place where the last one seen is gone, and finds it again where it has moved', () => {
    const cursor = nodes(letters).edges[1]?.cursor;
    expect(nodes(['a', 'c', 'd', 'e'], cursor).edges[0]?.node).toBe('c');
    expect(nodes(['x', 'y', 'a', 'b', 'c'], cursor).edges[0]?.node).toBe('c');
  });

  it('is twenty long unless told otherwise, and never more than a hundred', () => {
    expect([pageSize({}), pageSize({ first: 7 }), pageSize({ first: 500 })]).toEqual([20, 7, 100]);
  });
});
