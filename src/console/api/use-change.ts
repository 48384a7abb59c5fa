import { useState } from 'react';
import { type AnyVariables, type TypedDocumentNode, useMutation } from 'urql';
import { type Problem, problemOf } from './problem';

export interface Change<T, V> {
  /** Undefined when it failed; `problem` then says why. */
  run(variables: V): Promise<T | undefined>;
  running: boolean;
  problem: Problem | null;
  /** Forgets the problem. */
  clear(): void;
}

/** A mutation and what became of its last run. */
export function useChange<T, V extends AnyVariables>(document: TypedDocumentNode<T, V>): Change<T, V> {
  const [{ fetching }, execute] = useMutation<T, V>(document);
  const [problem, setProblem] = useState<Problem | null>(null);
  return {
    async run(variables) {
      setProblem(null);
      const result = await execute(variables);
      const failure = problemOf(result.error);
      setProblem(failure);
      return failure ? undefined : result.data;
    },
    running: fetching,
    problem,
    clear: () => setProblem(null),
  };
}
