import { useEffect } from 'react';
import { type AnyVariables, type TypedDocumentNode, useQuery } from 'urql';
import type { WatchInput } from './.generated/graphql';
import { watchChanges } from './live';
import { type Problem, problemOf } from './problem';

export interface Data<T> {
  data: T | undefined;
  problem: Problem | null;
  /** Nothing to show yet. */
  loading: boolean;
  refresh(): void;
}

export interface DataOptions {
  /** Asks again whenever something of this changes. */
  watch?: WatchInput | undefined;
  pause?: boolean;
}

/** Milliseconds until a server that could not be reached is asked again, for as long as the page is open. */
const RETRY_MS = 2_000;

/** What the server answers to a document, kept while it is asked again. */
export function useData<T, V extends AnyVariables>(
  query: TypedDocumentNode<T, V>,
  variables: V,
  { watch, pause = false }: DataOptions = {},
): Data<T> {
  const [{ data, error, fetching }, execute] = useQuery<T, AnyVariables>({ query, variables, pause });
  const refresh = () => execute({ requestPolicy: 'network-only' });
  const isCutOff = error?.networkError !== undefined && !fetching;
  useEffect(() => {
    if (!isCutOff || pause) return;
    const timer = setTimeout(() => execute({ requestPolicy: 'network-only' }), RETRY_MS);
    return () => clearTimeout(timer);
  }, [execute, isCutOff, pause]);
  const watched = watch && !pause ? JSON.stringify(watch) : null;
  useEffect(() => {
    if (watched === null) return;
    return watchChanges(JSON.parse(watched), () => execute({ requestPolicy: 'network-only' }));
  }, [execute, watched]);
  return { data, problem: problemOf(error), loading: fetching && !data, refresh };
}
