import type { ChangeEvent } from 'react';
import { faultOf, type Problem } from '../api/problem';
import type { Draft } from '../api/use-draft';

type TextsOf<T> = { [K in keyof T]: T[K] extends string ? K : never }[keyof T] & string;

/** Props of a text input of a draft: its value, the server's error for it, and its change handler. */
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
