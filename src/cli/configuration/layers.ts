import type { FileFault, Path, Source } from './files.js';

/** A document put together from its base and what lies on top of it. */
export interface Layered {
  value: unknown;
  /** The base first. */
  sources: Source[];
}

/**
 * Puts layers of documents on one another: where a document has the same kind and names as one below, its fields replace those; maps
 * are merged, lists and texts replaced. Two of one layer are never merged: the server says that they are doubled.
 */
export function mergeLayers(layers: readonly (readonly Source[])[]): Layered[] {
  const merged: Layered[] = [];
  const places = new Map<string, number>();
  for (const layer of layers) {
    const added = new Map<string, number>();
    for (const source of layer) {
      const identity = identityOf(source.value);
      const place = identity === null ? undefined : places.get(identity);
      const below = place === undefined ? undefined : merged[place];
      if (below && place !== undefined) {
        merged[place] = { value: mergeValues(below.value, source.value), sources: [...below.sources, source] };
        continue;
      }
      merged.push({ value: source.value, sources: [source] });
      if (identity !== null) added.set(identity, merged.length - 1);
    }
    for (const [identity, place] of added) places.set(identity, place);
  }
  return merged;
}

/** What tells documents apart; null for what is none. */
function identityOf(value: unknown): string | null {
  if (!isMap(value) || !isMap(value.metadata)) return null;
  const { kind } = value;
  if (kind === 'Account') return JSON.stringify([kind]);
  const spec = isMap(value.spec) ? value.spec : {};
  if (kind === 'Privacy') return JSON.stringify([kind, spec.bot, spec.channel ?? null]);
  if (kind === 'Roles') return JSON.stringify([kind, value.metadata.name, spec.of ?? 'USER']);
  const scope = ['Channel', 'Variable', 'Override'].includes(String(kind)) ? [spec.bot] : [];
  const audience = kind === 'Override' ? [spec.channel ?? null, spec.language ?? null] : [];
  return JSON.stringify([kind, value.metadata.name, ...scope, ...audience]);
}

function mergeValues(below: unknown, above: unknown): unknown {
  if (!isMap(below) || !isMap(above)) return above;
  const merged = Object.entries(above).map(([key, value]): [string, unknown] => [
    key,
    Object.hasOwn(below, key) ? mergeValues(below[key], value) : value,
  ]);
  return { ...below, ...Object.fromEntries(merged) };
}

export const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Where a path comes from: of the files that have the most of it, the last. */
export function sourceOf({ sources }: Layered, path: Path): Source {
  const found = sources.map((source) => ({ source, found: source.locate(path).found }));
  const most = Math.max(...found.map((one) => one.found));
  const last = found.findLast((one) => one.found === most);
  if (!last) throw new Error('a document comes from a file');
  return last.source;
}

export function faultAt(layered: Layered, path: Path, message: string): FileFault {
  const { position } = sourceOf(layered, path).locate(path);
  return { ...position, path: pathText(path), message };
}

const pathText = (path: Path): string =>
  path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    return text === '' ? step : `${text}.${step}`;
  }, '');
