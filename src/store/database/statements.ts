import type { Knex } from 'knex';

export type Cell = string | number | boolean | null;

/** What SQL text is run with. `?` stands for a binding. */
export interface Statements {
  /** Gives the rows it returns. */
  query<Row>(sql: string, bindings: readonly Cell[]): Promise<Row[]>;
  /** Nobody needs to know what comes of it. It may wait for the next query, or for the commit, to go along with it. */
  run(sql: string, bindings: readonly Cell[]): Promise<void>;
}

/** The open transaction of a batch. */
export interface BatchTransaction extends Statements {
  /** Runs the hook once the batch is durable, and never where it is not. */
  afterCommit(hook: () => void): void;
}

/**
 * A transaction straight on a connection of knex's pool. knex makes a client, an emitter and three promises of its own for
 * every statement, which is more than the statement costs; and on PostgreSQL these few statements are prepared once for
 * each connection. On SQLite those whose result nobody needs go as one script: the way to the thread that runs a statement
 * and back costs more than to compile it anew.
 */
export async function inBatchTransaction<T>(db: Knex, work: (trx: BatchTransaction) => Promise<T>): Promise<T> {
  const client = db.client as Client;
  const connection = await client.acquireConnection();
  const hooks: (() => void)[] = [];
  let script = '';
  const one = async (statement: Statement, bindings: readonly Cell[] = []): Promise<unknown> => {
    const query: Query = { ...statement, method: 'raw', bindings: [...bindings] };
    await client.query(connection, query);
    return query.response;
  };
  const all = async (last = ''): Promise<void> => {
    const sql = script + last;
    script = '';
    if (client.script && sql !== '') await client.script(connection, sql);
    else if (last !== '') await one({ sql: last });
  };
  try {
    await one({ sql: 'BEGIN' });
    const result = await work({
      async query<Row>(sql: string, bindings: readonly Cell[]) {
        await all();
        return rowsOf<Row>(await one(preparedOf(client, sql), bindings));
      },
      async run(sql, bindings) {
        const text = client.script ? withLiterals(sql, bindings) : null;
        if (text !== null) script += text;
        else {
          await all();
          await one(preparedOf(client, sql), bindings);
        }
      },
      afterCommit: (hook) => void hooks.push(hook),
    });
    await all('COMMIT');
    for (const hook of hooks) hook();
    return result;
  } catch (error) {
    await one({ sql: 'ROLLBACK' }).catch((failure: unknown) => {
      connection.__knex__disposed = failure; // whatever is open on it goes with it
    });
    throw error;
  } finally {
    await client.releaseConnection(connection);
  }
}

/** SQLite takes a million bytes of a statement (SQLITE_MAX_SQL_LENGTH). */
const MAX_LITERAL_BYTES = 900_000;

/** The statement with its bindings in it; null when it is too long for that. */
function withLiterals(sql: string, bindings: readonly Cell[]): string | null {
  const [first = '', ...rest] = sql.split('?');
  const text = `${first}${rest.map((part, index) => literalOf(bindings[index] ?? null) + part).join('')};`;
  return Buffer.byteLength(text) > MAX_LITERAL_BYTES ? null : text;
}

/** In a text only the quote means something to SQLite; a NUL would end it. */
function literalOf(cell: Cell): string {
  if (typeof cell === 'number') return String(cell);
  if (typeof cell === 'boolean') return cell ? '1' : '0';
  if (cell?.includes('\0')) throw new Error('a NUL in a literal');
  return cell === null ? 'null' : `'${cell.replaceAll("'", "''")}'`;
}

/** The same by way of knex, in a transaction that is open there, or in none. */
export const statementsOn = (db: Knex): Statements => ({
  query: async <Row>(sql: string, bindings: readonly Cell[]) => rowsOf<Row>(await db.raw(sql, [...bindings])),
  async run(sql, bindings) {
    await db.raw(sql, [...bindings]);
  },
});

/** What knex's clients of both databases offer, beside what it declares. */
interface Client {
  acquireConnection(): Promise<Connection>;
  releaseConnection(connection: Connection): Promise<void>;
  query(connection: Connection, query: Query): Promise<unknown>;
  positionBindings(sql: string): string;
  /** Of SQLite: several statements at once. */
  script?(connection: Connection, sql: string): Promise<void>;
}

interface Connection {
  /** Set, the pool gives it to nobody any more. */
  __knex__disposed?: unknown;
}

interface Statement {
  sql: string;
  /** Passed on to pg, which prepares a statement that has a name. SQLite's client prepares all. */
  options?: { name: string };
}

interface Query extends Statement {
  method: 'raw';
  bindings: Cell[];
  /** Where knex puts what the driver gave. */
  response?: unknown;
}

const prepared = new Map<string, Statement>();

function preparedOf(client: Client, sql: string): Statement {
  const known = prepared.get(sql);
  if (known) return known;
  const made = { sql: client.positionBindings(sql), options: { name: `batch_${prepared.size}` } };
  prepared.set(sql, made);
  return made;
}

/** SQLite's driver gives the rows, PostgreSQL's an object that has them. */
const rowsOf = <Row>(response: unknown): Row[] =>
  (Array.isArray(response) ? response : ((response as { rows?: unknown } | undefined)?.rows ?? [])) as Row[]; // as the statement says
