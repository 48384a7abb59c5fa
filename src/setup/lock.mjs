import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** Milliseconds between two touches of a lock by its holder. */
const HEARTBEAT_MS = 5_000;
/** Milliseconds without a touch after which the holder counts as dead, even if its process number is in use again. */
const GONE_AFTER_MS = 60_000;
const RETRY_MS = 200;

/** Runs `task` while no other process prepares this folder. */
export async function withLock(root, task) {
  const lock = join(root, 'dist', '.prepare-lock');
  mkdirSync(dirname(lock), { recursive: true });
  await acquire(lock);
  const heartbeat = setInterval(() => touch(lock), HEARTBEAT_MS);
  try {
    removeGraves(lock);
    await task();
  } finally {
    clearInterval(heartbeat);
    const released = `${lock}-${randomUUID()}`;
    if (move(lock, released)) rmSync(released, { recursive: true, force: true });
  }
}

async function acquire(lock) {
  let told = false;
  for (;;) {
    const holder = readHolder(lock);
    if (holder === null) {
      if (take(lock)) return;
    } else if (isGone(holder)) {
      // Two may find the same holder gone. Its grave bears its id and stays a while: moving into a folder that is there
      // fails, so the slower of the two cannot bury the lock that the quicker took meanwhile.
      move(lock, `${lock}-${holder.id}`);
    } else {
      if (!told) console.error(`Waiting for process ${holder.pid}, which is preparing this folder …`);
      told = true;
      await delay(RETRY_MS);
    }
  }
}

/** A lock is a folder with its holder's name in it, made aside and moved into place: it is never without a name. */
function take(lock) {
  const holder = { id: randomUUID(), pid: process.pid, host: hostname() };
  const aside = `${lock}-${holder.id}`;
  mkdirSync(aside);
  writeFileSync(join(aside, 'holder.json'), JSON.stringify(holder));
  if (move(aside, lock)) return true;
  rmSync(aside, { recursive: true, force: true });
  return false;
}

/** Whether the folder went there: not if it is gone itself, or something is there already. */
function move(from, to) {
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    if (['ENOENT', 'ENOTEMPTY', 'EEXIST', 'EPERM'].includes(error.code)) return false;
    throw error;
  }
}

function readHolder(lock) {
  try {
    const holder = JSON.parse(readFileSync(join(lock, 'holder.json'), 'utf8'));
    return { ...holder, touchedAt: statSync(lock).mtimeMs };
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    throw new Error(`${lock} is unreadable: ${error.message}. If nothing else prepares this folder, remove it.`);
  }
}

function isGone({ host, pid, touchedAt }) {
  if (Date.now() - touchedAt > GONE_AFTER_MS) return true;
  return host === hostname() && !isAlive(pid);
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM'; // Alive, and another user's.
  }
}

function touch(lock) {
  try {
    utimesSync(lock, new Date(), new Date());
  } catch {
    // Somebody removed dist/. The task goes on; the next starter will find work to do, or none.
  }
}

function removeGraves(lock) {
  for (const name of readdirSync(dirname(lock))) {
    const path = join(dirname(lock), name);
    if (!path.startsWith(`${lock}-`)) continue;
    const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > GONE_AFTER_MS) rmSync(path, { recursive: true, force: true });
  }
}
