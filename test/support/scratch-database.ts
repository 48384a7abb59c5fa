import { randomBytes } from 'node:crypto';
import { Client } from 'pg';

export interface ScratchDatabase {
  readonly url: string;
  /** Removes it, and cuts its connections. */
  drop(): Promise<void>;
}

/** A fresh database on the server of `url`, whose user must be allowed to create one: empty, or a copy of `template`. */
export async function createScratchDatabase(url: string, template = 'template1'): Promise<ScratchDatabase> {
  const name = `scratch_${randomBytes(8).toString('hex')}`;
  await run(url, `create database ${name} template ${template}`);
  const scratch = new URL(url);
  scratch.pathname = `/${name}`;
  return { url: scratch.href, drop: () => run(url, `drop database if exists ${name} with (force)`) };
}

async function run(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
