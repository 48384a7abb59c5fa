import SqliteClient, { type Connection, type Query, type Statement } from 'knex/lib/dialects/sqlite3/index.js';
import { LRUCache } from 'lru-cache';

/**
 * Statements kept by a connection; beyond, the one unused for longest is compiled again. The hot path has a few dozen, and lists
 * of ids, whose text varies with their length, must not push those out.
 */
const MAX_STATEMENTS = 200;

/** By connection, since knex makes transactions clients of their own. */
const prepared = new WeakMap<Connection, LRUCache<string, Promise<Statement>>>();

/**
 * knex's SQLite, which compiles a statement once per connection. sqlite3 alone does it at every call: of an insert of 64
 * turns that is a quarter of the time.
 */
export class PreparingSqlite extends SqliteClient {
  override async _query(connection: Connection, query: Query): Promise<Query> {
    const statement = await statementOf(connection, query.sql);
    return new Promise((resolve, reject) => {
      statement[returnsRows(query) ? 'all' : 'run'](query.bindings ?? [], function (error, rows) {
        if (error) return reject(error);
        query.response = rows;
        query.context = this; // where knex looks for `lastID` and `changes`
        resolve(query);
      });
    });
  }

  /** Statements one after the other, without a way back to the event loop between them. */
  script(connection: Connection, sql: string): Promise<void> {
    return new Promise((resolve, reject) => connection.exec(sql, (error) => (error ? reject(error) : resolve())));
  }

  override async destroyRawConnection(connection: Connection): Promise<void> {
    for (const statement of prepared.get(connection)?.values() ?? []) await statement.then(finalize, () => {});
    return super.destroyRawConnection(connection);
  }
}

function statementOf(connection: Connection, sql: string): Promise<Statement> {
  const statements = prepared.get(connection) ?? createStatements();
  prepared.set(connection, statements);
  const known = statements.get(sql);
  if (known) return known;
  const statement = prepare(connection, sql);
  statements.set(sql, statement);
  statement.catch(() => statements.delete(sql));
  return statement;
}

const createStatements = () =>
  new LRUCache<string, Promise<Statement>>({
    max: MAX_STATEMENTS,
    dispose: (unused) => void unused.then(finalize, () => {}),
  });

function prepare(connection: Connection, sql: string): Promise<Statement> {
  return new Promise((resolve, reject) => {
    const statement = connection.prepare(sql, (error) => (error ? reject(error) : resolve(statement)));
  });
}

const finalize = (statement: Statement) => new Promise<void>((resolve) => statement.finalize(() => resolve()));

/** As knex decides it for itself. */
function returnsRows({ method, returning }: Query): boolean {
  if (method === 'insert' || method === 'update') return Boolean(returning);
  return method !== 'counter' && method !== 'del';
}
