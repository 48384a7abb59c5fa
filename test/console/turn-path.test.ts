import { describe, expect, it } from 'vitest';
import { edgeKey, pathOf } from '../../src/console/pages/flow/turn-path.js';

const node = (dialog: string, id: string) => ({ kind: 'node', dialog, id });
const edge = (dialog: string, id: string, to: string) => ({ kind: 'edge', dialog, id, to });

describe('the way of a turn through dialogs', () => {
  it('has each node entered, in order, with the edges taken', () => {
    const path = pathOf([
      { kind: 'begun' },
      node('Order', 'a'),
      edge('Order', 'a', 'b'),
      node('Order', 'b'),
      node('Pay', 'a'),
      edge('Pay', 'a', 'end'),
    ]);
    expect(path.steps.map(({ dialog, node: id, entry }) => [dialog, id, entry])).toEqual([
      ['Order', 'a', 1],
      ['Order', 'b', 3],
      ['Pay', 'a', 4],
    ]);
    expect([...(path.edges.get('Order') ?? [])]).toEqual([edgeKey('a', 'b')]);
    expect([...(path.edges.get('Pay') ?? [])]).toEqual([edgeKey('a', null)]);
  });

  it('begins at the node that had asked, which the turn does not enter again', () => {
    const { steps } = pathOf([edge('Order', 'size', 'done'), node('Order', 'done')]);
    expect(steps.map(({ node: id }) => id)).toEqual(['size', 'done']);
  });

  it('stays within a bot action, and marks the node that failed', () => {
    const { steps, edges } = pathOf([
      node('Order', 'act'),
      node('Order', 'act/a'),
      edge('Order', 'act/a', 'b'),
      node('Order', 'act/b'),
      { kind: 'failure', dialog: 'Order', id: 'act/b' },
    ]);
    expect(steps.map(({ node: id, failed }) => [id, failed])).toEqual([
      ['act', false],
      ['act/a', false],
      ['act/b', true],
    ]);
    expect([...(edges.get('Order') ?? [])]).toEqual([edgeKey('act/a', 'act/b')]);
  });

  it('is empty where the trace names no place', () => {
    expect(pathOf([{ kind: 'node', node: 'Welcome' }]).steps).toEqual([]);
    expect(pathOf(null).steps).toEqual([]);
  });
});
