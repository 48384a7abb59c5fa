import type { ChangeEvent } from 'react';
import { faultOf, type Problem } from '../api/problem';
import type { Draft } from '../api/use-draft';

type TextsOf<T> = { [K in keyof T]: T[K] extends string ? K : never }[keyof T] & string;

/** What a text input of a draft needs: its value, what the server says is wrong with it, and what typing does. */
export function textFields<T extends object>(
  { values, set }: Pick<Draft<T>, 'values' | 'set'>,
  problem: Problem | null,
) {
  return (name: TextsOf<T>) => ({
    value: values[name] as string, // as its type says: TypeScript does not follow it through `TextsOf`
    error: faultOf(problem, name),
    onChange: (event: ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) =>
      set({ [name]: event.currentTarget.value } as Partial<T>), // the same
  });
}
