import { readdirSync, readFileSync } from 'node:fs';
import pg from 'pg';

/** CPU time in microseconds, by what took it. */
export type Cpu = Record<string, number>;

/** The threads or processes to look at: where the system accounts for each (Linux alone does), and what they count as. */
export type Accounts = () => [path: string, name: string][];

function numbered(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => /^\d+$/.test(name));
  } catch {
    return []; // it has ended, or there is no such account
  }
}

/** The thread of the event loop, and all others of the process together. */
export function processAccounts(name: string, pid: number | undefined): Accounts {
  return () =>
    numbered(`/proc/${pid}/task`).map((thread) => [
      `/proc/${pid}/task/${thread}`,
      thread === String(pid) ? `${name}, event loop` : `${name}, other threads`,
    ]);
}

/** The same, with the threads of the lowest priority by themselves. */
export function accountsByPriority(name: string, pid: number | undefined): Accounts {
  const accounts = processAccounts(name, pid);
  return () =>
    accounts().map(([path, of]) => [path, isOfLowestPriority(path) ? `${name}, threads of the lowest priority` : of]);
}

function isOfLowestPriority(path: string): boolean {
  try {
    return readFileSync(`${path}/stat`, 'utf8').split(') ', 2)[1]?.split(' ')[NICE] === '19';
  } catch {
    return false; // it has just ended
  }
}

/** The place of the priority among the fields of `stat` that follow the name. */
const NICE = 16;

/** All processes of a PostgreSQL on this machine. */
export async function postgresAccounts(url: string): Promise<Accounts> {
  const client = new pg.Client(url);
  await client.connect();
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  const parent = parentOf(String(rows[0]?.pid));
  await client.end();
  return () =>
    numbered('/proc')
      .filter((pid) => parentOf(pid) === parent)
      .map((pid) => [`/proc/${pid}`, 'PostgreSQL']);
}

function parentOf(pid: string): string | null {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ', 2)[1]?.split(' ')[1] ?? null;
  } catch {
    return null;
  }
}

/** What a thread has taken since it began, in microseconds. */
function takenBy(path: string): number {
  try {
    return Number(readFileSync(`${path}/schedstat`, 'utf8').split(' ', 1)[0]) / 1_000;
  } catch {
    return 0; // it has just ended
  }
}

/** CPU of each message while some work was done. What ended meanwhile is left out. */
export async function cpuEach<T>(
  accounts: readonly Accounts[],
  work: () => Promise<T>,
  countOf: (done: T) => number,
): Promise<{ done: T; cpu: Cpu }> {
  const looked = () => accounts.flatMap((account) => account());
  const before = new Map(looked().map(([path]) => [path, takenBy(path)]));
  const done = await work();
  const count = Math.max(1, countOf(done));
  const cpu: Cpu = {};
  for (const [path, name] of looked()) {
    cpu[name] = (cpu[name] ?? 0) + Math.max(0, takenBy(path) - (before.get(path) ?? 0)) / count;
  }
  return { done, cpu };
}

export const sumOf = (cpu: Cpu): number => Object.values(cpu).reduce((sum, value) => sum + value, 0);
