/** The parts of knex's undeclared dialects that `knex-internals.ts` overrides. */
declare module 'knex/lib/dialects/postgres/index.js' {
  import type { Knex } from 'knex';

  /** A client of pg. */
  export interface Connection {
    __knex__disposed?: unknown;
    connection: { stream: { destroy(): void } };
  }

  // biome-ignore lint/style/noDefaultExport: so it is exported
  export default class PostgresClient extends Knex.Client {
    acquireConnection(): Promise<Connection>;
    acquireRawConnection(): Promise<Connection>;
    query(connection: Connection, query: unknown): Promise<unknown>;
    validateConnection(connection: Connection): Promise<boolean>;
    prepBindings(bindings: unknown[] | undefined): unknown[] | undefined;
  }
}

declare module 'knex/lib/dialects/sqlite3/index.js' {
  import type { Knex } from 'knex';

  /** A database of sqlite3. */
  export interface Connection {
    prepare(sql: string, done: (error: Error | null) => void): Statement;
  }

  export interface Statement {
    all(bindings: unknown[], done: Done): void;
    run(bindings: unknown[], done: Done): void;
    finalize(done: () => void): void;
  }
  type Done = (this: Statement, error: Error | null, rows?: unknown[]) => void;

  /** A compiled builder, and where knex looks for its result. */
  export interface Query {
    sql: string;
    method?: string;
    returning?: unknown;
    bindings?: unknown[];
    response?: unknown;
    context?: unknown;
  }

  // biome-ignore lint/style/noDefaultExport: so it is exported
  export default class SqliteClient extends Knex.Client {
    _query(connection: Connection, query: Query): Promise<Query>;
    destroyRawConnection(connection: Connection): Promise<void>;
  }
}
