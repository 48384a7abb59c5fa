import { registerEnumType } from 'type-graphql';

/** What each value of a union means; null: its name says it. */
type Meanings<T extends string> = Record<T, string | null>;

/** A GraphQL enum from a list of values, or from what each value of a union means. */
export function enumOf<T extends string>(
  name: string,
  description: string,
  of: readonly T[] | Meanings<T>,
): Record<T, T> {
  const meanings: [string, string | null][] = Array.isArray(of) ? of.map((value) => [value, null]) : Object.entries(of);
  const values = Object.fromEntries(meanings.map(([value]) => [value, value])) as Record<T, T>;
  registerEnumType(values, {
    name,
    description,
    valuesConfig: Object.fromEntries(
      meanings.map(([value, meaning]) => [value, meaning === null ? {} : { description: meaning }]),
    ) as Record<T, { description?: string }>,
  });
  return values;
}
