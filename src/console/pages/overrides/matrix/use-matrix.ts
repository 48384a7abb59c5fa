import { useCallback, useEffect, useRef, useState } from 'react';
import { useClient } from 'urql';
import { type Problem, problemOf } from '../../../api/problem';
import { MATRIX, type Target } from '../override';
import type { MatrixMessage } from './columns';

export interface MatrixFilter {
  search: string | null;
  missing: (Target & { language: string }) | null;
}

export interface Matrix {
  /** Those that have been fetched, the first of all that match. */
  messages: MatrixMessage[];
  /** Null: not known yet. */
  total: number | null;
  problem: Problem | null;
  /** Has so many fetched. */
  need(count: number): void;
  replace(message: MatrixMessage): void;
  reload(): void;
}

interface State {
  messages: MatrixMessage[];
  total: number | null;
  after: string | null;
  isWhole: boolean;
  problem: Problem | null;
}

const NOTHING: State = { messages: [], total: null, after: null, isWhole: false, problem: null };

/** The messages of a bot with all their overrides, fetched as far as somebody looks. */
export function useMatrix(botId: string, { search, missing }: MatrixFilter): Matrix {
  const client = useClient();
  const [state, setState] = useState(NOTHING);
  const [needed, setNeeded] = useState(1);
  const [round, setRound] = useState(0);
  const missingIn = JSON.stringify(missing);
  const asked = useRef('');
  // biome-ignore lint/correctness/useExhaustiveDependencies: begins anew with another filter, and when it is asked to
  useEffect(() => {
    asked.current = '';
    setState((before) => ({ ...NOTHING, total: before.total }));
  }, [search, missingIn, round]);
  const { after, isWhole, messages } = state;
  useEffect(() => {
    if (isWhole || messages.length >= needed) return;
    const of = JSON.stringify([botId, search, missingIn, after, round]);
    if (asked.current === of) return;
    asked.current = of;
    const variables = { botId, search, missing: JSON.parse(missingIn), after };
    void client
      .query(MATRIX, variables, { requestPolicy: 'network-only' })
      .toPromise()
      .then(({ data, error }) => {
        if (asked.current !== of) return;
        const page = data?.bot?.messages;
        if (!page) return setState((before) => ({ ...before, isWhole: true, problem: problemOf(error) }));
        setState((before) => ({
          messages: [...before.messages, ...page.edges.map(({ node }) => node)],
          total: page.totalCount,
          after: page.pageInfo.endCursor ?? null,
          isWhole: !page.pageInfo.hasNextPage,
          problem: null,
        }));
      });
  }, [client, botId, search, missingIn, after, isWhole, messages.length, needed, round]);
  return {
    messages,
    total: state.total,
    problem: state.problem,
    need: useCallback((count: number) => setNeeded((before) => Math.max(before, count)), []),
    replace: (message) =>
      setState((before) => ({
        ...before,
        messages: before.messages.map((one) => (one.key === message.key ? message : one)),
      })),
    reload: () => setRound((before) => before + 1),
  };
}
