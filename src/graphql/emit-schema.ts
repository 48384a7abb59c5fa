import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { printSchemaWithHeader } from './print-schema.js';
import { createSchema } from './schema.js';

const target = fileURLToPath(new URL('../../schema/schema.graphql', import.meta.url));
writeFileSync(target, printSchemaWithHeader(createSchema()));
