import { LRUCache } from 'lru-cache';

export interface Locale {
  /** BCP 47, in its canonical form. */
  tag: string;
  /** Its language alone, like `en`. */
  language: string;
  /** Whether 03/04 is in April. */
  isDayFirst: boolean;
}

/** Locales that are remembered, as `Intl` takes longer to read one than a turn; beyond, the least recently used is evicted. */
const MAX_LOCALES = 500;
const locales = new LRUCache<string, { found: Locale | null }>({ max: MAX_LOCALES });

/** The locale with this name, of which `en_GB` and `en-GB` are the same; null for what is none. */
export function localeOf(name: string): Locale | null {
  if (name === '') return null;
  const known = locales.get(name);
  if (known) return known.found;
  const found = read(name.replaceAll('_', '-'));
  locales.set(name, { found });
  return found;
}

function read(name: string): Locale | null {
  try {
    const { language } = new Intl.Locale(name);
    const [tag = name] = Intl.getCanonicalLocales(name);
    const order = new Intl.DateTimeFormat(tag, { dateStyle: 'short' }).formatToParts(0).map(({ type }) => type);
    return { tag, language, isDayFirst: order.indexOf('day') < order.indexOf('month') };
  } catch {
    return null;
  }
}
