import { type GraphQLSchema, lexicographicSortSchema, printSchema } from 'graphql';

const HEADER = '# Emitted from src/graphql by `npm run schema`; a test fails when it is stale.\n\n';

/** The schema's text as it is committed: sorted, so that moving code changes nothing. */
export function printSchemaWithHeader(schema: GraphQLSchema): string {
  return `${HEADER}${printSchema(lexicographicSortSchema(schema))}\n`;
}
