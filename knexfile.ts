import type { Knex } from 'knex';
import { migrationSource } from './migrations/index.js';
import { readEnv } from './src/config/env.js';

const env = readEnv();

/** For `npm run knex -- migrate:list` and the like; the server itself migrates at start. */
const config: Knex.Config = env.DATABASE_URL
  ? { client: 'pg', connection: env.DATABASE_URL, migrations: { migrationSource } }
  : {
      client: 'sqlite3',
      connection: { filename: `${env.DATA_DIR}/hookswitch.db` },
      useNullAsDefault: true,
      migrations: { migrationSource },
    };

export default config;
