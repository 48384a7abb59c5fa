/** One element of a template, of whatever shape its writer gave it. */
export type Part = Record<string, unknown>;

export const text = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';

export const items = (value: unknown): Part[] =>
  Array.isArray(value) ? value.filter((one): one is Part => typeof one === 'object' && one !== null) : [];

export const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** A link that only leads to the web, never into this page. */
export function linkOf(value: unknown): string {
  const url = text(value);
  return /^https?:\/\//.test(url) ? url : '#';
}

/** Head and rows of a table, in each of the shapes in use. */
export function rows(payload: Part): { head: string[]; body: string[][] } {
  const data = payload.data;
  if (typeof data === 'object' && data !== null && 'rows' in data) {
    const { headers, rows: lines } = data as Part; // narrowed by `in`
    return {
      head: items(headers).map(({ title }) => text(title)),
      body: list(lines).map((line) => list(line).map(text)),
    };
  }
  const elements = items(payload.elements);
  const columns = payload.columns ?? elements[0]?.primary;
  return {
    head: list(columns).map((column) => text(list(column)[0] ?? column)),
    body: elements.flatMap(({ Values, additional }) =>
      Values ? [list(Values).map(text)] : list(additional).map((line) => list(line).map(text)),
    ),
  };
}

export interface Slice {
  title: string;
  values: number[];
}

/** The numbers of a chart, and the names of its horizontal axis. */
export function series(payload: Part): { axis: string[]; slices: Slice[] } {
  return {
    axis: list(payload.X_axis).map(text),
    slices: items(payload.elements).map(({ title, value, values }) => ({
      title: text(title),
      values: (Array.isArray(values) ? values : [value])
        .map(Number)
        .map((number) => (Number.isFinite(number) ? number : 0)),
    })),
  };
}
