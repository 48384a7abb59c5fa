import type { CodegenConfig } from '@graphql-codegen/cli';

/** Typed documents out of every `graphql(…)` of the console, checked against the schema that the server emits. */
const config: CodegenConfig = {
  schema: 'schema/schema.graphql',
  documents: ['src/console/api/*.ts', 'src/console/{app,parts,pages}/**/*.{ts,tsx}'],
  errorsOnly: true,

  generates: {
    'src/console/api/.generated/': {
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      config: {
        useTypeImports: true,
        enumsAsTypes: true,
        scalars: { DateTime: 'string', JSON: 'unknown', ID: 'string' },
      },
    },
  },
};

export default config;
