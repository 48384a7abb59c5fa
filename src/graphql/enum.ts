import { registerEnumType } from 'type-graphql';

type Meanings<T extends string> = Record<T, string | null>;

/** A GraphQL enum from its values and what each means; every value of the union must be there. */
export function enumOf<T extends string>(name: string, description: string, meanings: Meanings<T>): Record<T, T> {
  // Object.keys widens the keys of a closed record to string.
  const names = Object.keys(meanings) as T[];
  const values = Object.fromEntries(names.map((value) => [value, value])) as Record<T, T>;
  registerEnumType(values, {
    name,
    description,
    valuesConfig: Object.fromEntries(
      names.map((value) => [value, meanings[value] === null ? {} : { description: meanings[value] }]),
    ) as Record<T, { description?: string }>,
  });
  return values;
}
