import { readFileSync } from 'node:fs';
import { buildSchema, findBreakingChanges } from 'graphql';
import { describe, expect, it } from 'vitest';
import { printSchemaWithHeader } from '../../src/graphql/print-schema.js';
import { createSchema } from '../../src/graphql/schema.js';

const read = (name: string) => readFileSync(new URL(`../../schema/${name}`, import.meta.url), 'utf8');

describe('the schema of the API', () => {
  it('has everything the contract names, typed the same', () => {
    expect(findBreakingChanges(buildSchema(read('contract.graphql')), createSchema())).toEqual([]);
  });

  it('stands in schema/schema.graphql as the code emits it (npm run schema)', () => {
    expect(read('schema.graphql')).toBe(printSchemaWithHeader(createSchema()));
  });
});
