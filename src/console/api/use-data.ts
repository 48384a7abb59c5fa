import { useEffect } from 'react';
import { type AnyVariables, type TypedDocumentNode, useQuery } from 'urql';
import { type Problem, problemOf } from './problem';

export interface Data<T> {
  data: T | undefined;
  problem: Problem | null;
  /** Nothing to show yet. */
  loading: boolean;
  refresh(): void;
}

export interface DataOptions {
  /** Asks again so often while the page is in sight. */
  pollMs?: number | undefined;
  pause?: boolean;
}

/** What the server answers to a document, kept while it is asked again. */
export function useData<T, V extends AnyVariables>(
  query: TypedDocumentNode<T, V>,
  variables: V,
  { pollMs, pause = false }: DataOptions = {},
): Data<T> {
  const [{ data, error, fetching }, execute] = useQuery<T, AnyVariables>({ query, variables, pause });
  const refresh = () => execute({ requestPolicy: 'network-only' });
  useEffect(() => {
    if (pollMs === undefined || pause) return;
    const timer = setInterval(() => {
      if (!document.hidden) execute({ requestPolicy: 'network-only' });
    }, pollMs);
    return () => clearInterval(timer);
  }, [execute, pollMs, pause]);
  return { data, problem: problemOf(error), loading: fetching && !data, refresh };
}
