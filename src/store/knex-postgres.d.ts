/** The dialect knex exports without a declaration; the parts that are overridden. */
declare module 'knex/lib/dialects/postgres/index.js' {
  import type { Knex } from 'knex';

  /** A client of pg, as knex keeps it. */
  export interface Connection {
    /** Set, the pool gives it to nobody any more. */
    __knex__disposed?: unknown;
    connection: { stream: { destroy(): void } };
  }

  // biome-ignore lint/style/noDefaultExport: so it is exported
  export default class PostgresClient extends Knex.Client {
    acquireConnection(): Promise<Connection>;
    query(connection: Connection, query: unknown): Promise<unknown>;
  }
}
