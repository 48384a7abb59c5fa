import { Readable } from 'node:stream';
import type { Context as KoaContext } from 'koa';
import type { Viewer } from '../domain/access.js';
import type { Domain } from '../domain/domain.js';
import { badInput } from '../errors.js';
import type { AuditEntryRecord } from '../store/tables/audit-entries.js';

export const AUDIT_DOWNLOAD_PATH = '/audit-log';

const COLUMNS = ['id', 'at', 'actor', 'actorId', 'address', 'action', 'subject', 'subjectName', 'details'] as const;

type Row = Record<(typeof COLUMNS)[number], unknown>;

interface Format {
  type: string;
  extension: string;
  head: string;
  line(row: Row): string;
}

const FORMATS: Record<string, Format> = {
  csv: {
    type: 'text/csv; charset=utf-8',
    extension: 'csv',
    head: `${COLUMNS.join(',')}\r\n`,
    line: (row) => `${COLUMNS.map((column) => toCell(row[column])).join(',')}\r\n`,
  },
  jsonl: {
    type: 'application/jsonl; charset=utf-8',
    extension: 'jsonl',
    head: '',
    line: (row) => `${JSON.stringify(row)}\n`,
  },
};

/**
 * `GET /audit-log?format=csv|jsonl` with the filter of `auditLog` (`actor`, `action`, `subject`, and `from`, `to` as
 * ISO 8601): all its entries as a file, newest first, sent while they are read. CSV as RFC 4180 has it.
 * BAD_USER_INPUT (`format`, `from`, `to`), FORBIDDEN.
 */
export function createAuditDownload({ audit }: Pick<Domain, 'audit'>) {
  return async (ctx: KoaContext, viewer: Viewer): Promise<void> => {
    if (ctx.method !== 'GET') {
      ctx.set('Allow', 'GET');
      ctx.status = 405;
      return;
    }
    const query = new URLSearchParams(ctx.querystring);
    const name = query.get('format') ?? 'jsonl';
    const format = Object.hasOwn(FORMATS, name) ? FORMATS[name] : undefined;
    if (!format) throw badInput('format', `There is no format "${name}". Choose csv or jsonl.`);
    const filter = {
      actor: query.get('actor'),
      action: query.get('action'),
      subject: query.get('subject'),
      from: timeIn(query, 'from'),
      to: timeIn(query, 'to'),
    };
    const entries = await audit.export(viewer, filter, name);
    ctx.type = format.type;
    ctx.set('Content-Disposition', `attachment; filename="audit-log.${format.extension}"`);
    ctx.set('Cache-Control', 'no-store');
    ctx.body = Readable.from(linesOf(format, entries));
  };
}

async function* linesOf({ head, line }: Format, entries: AsyncIterable<AuditEntryRecord>): AsyncGenerator<string> {
  if (head !== '') yield head;
  for await (const { accountId: _, at, ...entry } of entries) yield line({ ...entry, at: new Date(at).toISOString() });
}

/** A text that a spreadsheet would take for a formula begins with an apostrophe. */
function toCell(value: unknown): string {
  if (value === null || value === undefined) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function timeIn(query: URLSearchParams, name: string): number | null {
  const text = query.get(name);
  if (text === null || text === '') return null;
  const at = Date.parse(text);
  if (Number.isNaN(at)) throw badInput(name, `${name} is no time. Write it like 2026-01-31T00:00:00Z.`);
  return at;
}
