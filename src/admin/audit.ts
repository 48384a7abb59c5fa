import { AdminError } from './admin-error.js';
import type { Api, CallOptions } from './api.js';

export interface AuditFilter {
  /** The id of a user, or a part of a name. */
  actor?: string;
  /** An action such as `bot.publish`, or a noun such as `bot` for all of its actions. */
  action?: string;
  /** The id of what it was done to, or a part of its name. */
  subject?: string;
  /** ISO 8601. */
  from?: string;
  to?: string;
}

export interface AuditEntry {
  id: string;
  at: string;
  actor: string;
  actorId: string | null;
  address: string | null;
  action: string;
  subject: string;
  subjectName: string | null;
  details: unknown;
}

export interface AuditOperations {
  /** All entries that match, newest first, while they are read: however many there are, few are in memory. */
  auditLog(filter?: AuditFilter, options?: CallOptions): AsyncGenerator<AuditEntry>;
}

export const auditOperations = ({ get }: Api): AuditOperations => ({
  async *auditLog(filter = {}, options) {
    const given = Object.entries(filter).filter((entry): entry is [string, string] => entry[1] !== undefined);
    const { body } = await get(`/audit-log?${new URLSearchParams([['format', 'jsonl'], ...given])}`, options);
    if (!body) return;
    for await (const line of linesOf(body)) yield JSON.parse(line) as AuditEntry;
  },
});

async function* linesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      const lines = (rest + decoder.decode(value, { stream: !done })).split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
      if (done) return;
    }
  } catch (cause) {
    throw new AdminError('The audit log broke off.', { code: 'UNREACHABLE', cause });
  } finally {
    reader.cancel().catch(() => {});
  }
}
