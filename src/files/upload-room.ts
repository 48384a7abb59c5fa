import { mkdir, statfs } from 'node:fs/promises';
import { LRUCache } from 'lru-cache';
import { atMost } from '../at-most.js';
import { AppError, unavailable } from '../errors.js';
import { MINUTE } from '../time.js';

/** The app that uploads, and its account. */
export interface Uploader {
  accountId: string;
  clientId: string;
}

/** Room for uploads on the disk and in the quota of their app. */
export interface UploadRoom {
  /**
   * Reserves bytes before they are written; dispose of it when they are stored or given up. UNAVAILABLE when the disk has
   * too little space for them, PAYLOAD_TOO_LARGE when they go beyond the quota of the app. Without an app they are counted
   * already and need the disk alone.
   */
  reserve(bytes: number, owner: Uploader | null): Promise<Disposable>;
  /** Counts bytes that have become part of what an app keeps. */
  keep(owner: Uploader, bytes: number): void;
}

export interface UploadRoomDeps {
  folder: string;
  /** Uploads leave this much of the disk free: twice what hooks need, so that uploads never stop them. */
  keepFreeBytes: number;
  /** Bytes that one app may keep; 0: no limit. */
  quotaBytes: number;
  /** What an app keeps and has begun. */
  usedBy(owner: Uploader): Promise<number>;
}

/** Apps whose use is remembered; beyond, that of the one unused for longest is read again. */
const MAX_APPS = 10_000;
/** Milliseconds that it is remembered, and that another process's uploads may go unnoticed. */
const REMEMBERED_MS = 1 * MINUTE;
const DISK_RETRY_SECONDS = 30;

export function createUploadRoom(deps: UploadRoomDeps): UploadRoom {
  const reserved = new Map<string, number>();
  const used = new LRUCache<string, { bytes: number }>({ ...atMost(MAX_APPS), ttl: REMEMBERED_MS });
  let reservedInAll = 0;

  function add(bytes: number, owner: Uploader | null): void {
    reservedInAll += bytes;
    if (!owner) return;
    const left = (reserved.get(owner.clientId) ?? 0) + bytes;
    if (left > 0) reserved.set(owner.clientId, left);
    else reserved.delete(owner.clientId);
  }

  async function freeBytes(): Promise<number> {
    if (deps.keepFreeBytes === 0) return Number.POSITIVE_INFINITY;
    await mkdir(deps.folder, { recursive: true, mode: 0o700 });
    const { bavail, bsize } = await statfs(deps.folder);
    return bavail * bsize;
  }

  async function keptBy(owner: Uploader): Promise<{ bytes: number }> {
    const known = used.get(owner.clientId);
    if (known) return known;
    const read = { bytes: await deps.usedBy(owner) };
    const kept = used.get(owner.clientId) ?? read; // the first of several that asked at once is counted on
    used.set(owner.clientId, kept);
    return kept;
  }

  return {
    async reserve(bytes, owner) {
      const free = await freeBytes();
      const kept = owner && deps.quotaBytes > 0 ? await keptBy(owner) : null;
      // Nothing is awaited from here to `add`: those who come at the same time see each other's reservations.
      if (free - reservedInAll - bytes < deps.keepFreeBytes) throw diskFull();
      if (owner && kept && kept.bytes + (reserved.get(owner.clientId) ?? 0) + bytes > deps.quotaBytes)
        throw overQuota(deps.quotaBytes);
      add(bytes, owner);
      let open = true;
      return {
        [Symbol.dispose]() {
          if (open) add(-bytes, owner);
          open = false;
        },
      };
    },
    keep({ clientId }, bytes) {
      const kept = used.get(clientId);
      if (kept) kept.bytes += bytes;
    },
  };
}

const diskFull = () =>
  unavailable('DISK_NEARLY_FULL', 'There is no room for files now; send messages without them.', {
    retryAfterSeconds: DISK_RETRY_SECONDS,
  });

const overQuota = (quotaBytes: number) =>
  new AppError(
    'PAYLOAD_TOO_LARGE',
    `The files of this app would come to more than the ${quotaBytes} bytes it may keep.`,
  );
