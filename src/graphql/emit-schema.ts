import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { configurationJsonSchema } from '../domain/configuration/schema.js';
import { printSchemaWithHeader } from './print-schema.js';
import { createSchema } from './schema.js';

const inSchemas = (name: string) => fileURLToPath(new URL(`../../schema/${name}`, import.meta.url));
writeFileSync(inSchemas('schema.graphql'), printSchemaWithHeader(createSchema()));
writeFileSync(inSchemas('configuration.schema.json'), `${JSON.stringify(configurationJsonSchema(), null, 2)}\n`);
