import DataLoader from 'dataloader';
import type { Knex } from 'knex';
import { LRUCache } from 'lru-cache';
import { atMost } from '../at-most.js';
import { rowId } from '../ids.js';
import type { SessionAtRest, SessionRow, sessionStore } from '../store/tables/sessions.js';

/** Whether a message that comes now belongs to this session: the user has not been silent for longer than the timeout. */
export const lasts = ({ lastMessageAt }: Pick<SessionRow, 'lastMessageAt'>, now: number, timeoutMs: number): boolean =>
  now - lastMessageAt < timeoutMs;

/** How long a user may be silent before a session is over, in milliseconds. */
export type Timeout = (session: SessionRow) => number;

/** Sessions kept in memory; beyond, the one unused for longest is read again. */
const MAX_SESSIONS = 20_000;
/** Characters of all of them: a session has a few thousand. */
const MAX_CHARACTERS = 64 * 1024 * 1024;
/** Conversations that were erased, of late: a turn is over long before as many have been. */
const MAX_ERASED = 10_000;
/**
 * Turns that read their sessions after another process was found to have one that was in memory: a turn that trusts memory in
 * vain costs several times what a look costs.
 */
const WARY_TURNS = 20;
/** What a session counts as, however small it is. */
const LEAST_CHARACTERS = Math.ceil(MAX_CHARACTERS / MAX_SESSIONS);

/**
 * Sessions of conversations whose lane this process holds. Cached as the text that was committed, so that nothing an
 * engine does to its copy can reach a later turn.
 */
export interface Sessions {
  /** The session a message belongs to; a new one after so long a silence, or when the caller asks for it. */
  open(conversationId: string, now: number, timeout: Timeout, fresh: boolean, epoch: Epoch): Promise<Opened>;
  /**
   * The session for a turn that runs without the lease where others may have the conversation, and the epoch it was read
   * at. Null: somebody has it just now.
   */
  openAtRest(conversationId: string, now: number, timeout: Timeout, fresh: boolean): Promise<OpenedAtRest | null>;
  /** Another process had the conversation: what is cached of it is not current, nor will be. */
  overtaken(conversationId: string): void;
  /** The row is durable now. */
  committed(row: SessionRow, epoch: Epoch): void;
  /** Drops the cached session, which may differ from the stored one: it is read again next time. */
  forget(conversationId: string): void;
  /** The conversation is about to be erased: until `endErasing`, turns begin without what is stored of it, and store nothing after it. */
  beginErasing(conversationId: string): void;
  endErasing(conversationId: string): void;
  /** Whether the conversation has been erased since a turn opened its session: then the turn may store nothing. */
  isErased(conversationId: string, opened: Pick<Opened, 'erasures'>): boolean;
}

export interface Opened {
  row: SessionRow;
  isNew: boolean;
  /** How many erasures had begun before it was opened. */
  erasures: number;
}

export interface OpenedAtRest extends Opened {
  epoch: number;
}

/** The epoch of the lease a turn runs under; null where nobody else can have the conversation. */
type Epoch = number | null;

interface SessionStart {
  conversationId: string;
  now: number;
  timeout: Timeout;
}

/** `opened` gives a session as bots know it: what is stored may be sealed. */
export function createSessions(
  db: Knex,
  store: ReturnType<typeof sessionStore>,
  opened: (row: SessionRow) => SessionRow = (row) => row,
): Sessions {
  const cache = new LRUCache<string, { row: SessionRow; epoch: Epoch }>({
    maxSize: MAX_CHARACTERS, // and no `max`: see atMost
    sizeCalculation: ({ row }) => Math.max(row.state.length, LEAST_CHARACTERS),
  });
  // Nothing is cached here because the commit decides what is current.
  const loader = new DataLoader<string, SessionRow | null>(
    async (ids) => (await store.load(db, ids)).map((row) => row && opened(row)),
    {
      cache: false,
      maxBatchSize: 200,
      batchScheduleFn: (read) => void setImmediate(read), // messages of one round of the event loop share a query
    },
  );

  const restLoader = new DataLoader<string, SessionAtRest | null>(
    async (ids) =>
      (await store.loadAtRest(db, ids)).map((one) => one && { ...one, session: one.session && opened(one.session) }),
    { cache: false, maxBatchSize: 200, batchScheduleFn: (read) => void setImmediate(read) },
  );
  /** Conversations that other processes have, too. */
  const shared = new LRUCache<string, true>(atMost(MAX_SESSIONS));
  /** Turns that are yet to read their sessions although they are in memory. */
  let wary = 0;

  /** Callers that are dealt over processes without regard to conversations show by one of these what to expect of others. */
  function foundShared(conversationId: string): void {
    if (!shared.has(conversationId)) wary = WARY_TURNS;
    shared.set(conversationId, true);
  }

  async function readAtRest(conversationId: string): Promise<SessionAtRest | null> {
    const before = cache.get(conversationId)?.epoch ?? null;
    const found = await restLoader.load(conversationId);
    if (before !== null && found?.epoch !== before) foundShared(conversationId);
    return found;
  }

  const erasing = new Set<string>();
  const erasedAt = new LRUCache<string, number>(atMost(MAX_ERASED));
  let erasures = 0;

  /** Every change of hands raises the epoch: one more is our own next lease, two mean that another had it in between. */
  function current(conversationId: string, epoch: Epoch): SessionRow | undefined {
    const known = cache.get(conversationId);
    const held = epoch === null || known?.epoch == null || epoch - known.epoch <= 1;
    return held ? known?.row : undefined;
  }

  /** The session a message belongs to, when this one is stored. */
  function sessionAfter(known: SessionRow | null, at: Pick<Opened, 'erasures'> & SessionStart): Opened {
    const { conversationId, now, timeout, erasures: begun } = at;
    if (known && lasts(known, now, timeout(known))) return { row: known, isNew: false, erasures: begun };
    const row = { conversationId, id: rowId('se'), state: '', startedAt: now, lastMessageAt: now };
    return { row, isNew: true, erasures: begun };
  }

  return {
    async openAtRest(conversationId, now, timeout, fresh) {
      const begun = erasures;
      if (erasing.has(conversationId)) return null;
      const cached = shared.has(conversationId) || wary > 0 ? undefined : cache.get(conversationId);
      if (wary > 0) wary -= 1;
      const known =
        cached && cached.epoch !== null
          ? { session: cached.row, epoch: cached.epoch }
          : await readAtRest(conversationId);
      if (!known) return null;
      const session = sessionAfter(fresh ? null : known.session, { conversationId, now, timeout, erasures: begun });
      return { epoch: known.epoch, ...session };
    },
    overtaken(conversationId) {
      cache.delete(conversationId);
      foundShared(conversationId);
    },
    async open(conversationId, now, timeout, fresh, epoch) {
      const begun = erasures;
      const unknown = fresh || erasing.has(conversationId);
      const known = unknown ? null : (current(conversationId, epoch) ?? (await loader.load(conversationId)));
      return sessionAfter(known, { conversationId, now, timeout, erasures: begun });
    },
    committed: (row, epoch) => void cache.set(row.conversationId, { row, epoch }),
    forget: (conversationId) => void cache.delete(conversationId),
    beginErasing(conversationId) {
      erasures += 1;
      erasedAt.set(conversationId, erasures);
      erasing.add(conversationId);
      cache.delete(conversationId);
    },
    endErasing(conversationId) {
      erasures += 1;
      erasedAt.set(conversationId, erasures); // for turns that began meanwhile, and have stored nothing yet
      cache.delete(conversationId); // a turn that was just being stored may have put it back
      erasing.delete(conversationId);
    },
    isErased: (conversationId, opened) => (erasedAt.get(conversationId) ?? 0) > opened.erasures,
  };
}
