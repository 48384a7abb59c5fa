import { randomBytes } from 'node:crypto';
import { Client } from 'pg';

/** A fresh, empty database on the server of `url`, whose user must be allowed to create one. `drop` also cuts its connections. */
export async function createScratchDatabase(url: string): Promise<{ url: string; drop(): Promise<void> }> {
  const name = `scratch_${randomBytes(8).toString('hex')}`;
  await run(url, `create database ${name}`);
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
