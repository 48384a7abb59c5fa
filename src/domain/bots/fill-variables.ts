/** Characters of a value with its references filled in; one that would be longer stays as it is written. */
const MAX_FILLED = 100_000;
/** References from one to the next; one that is further away is not filled in. */
const MAX_STEPS = 50;
const REFERENCE = /\{\{\s*env\.([^\s{}]+)\s*\}\}/g;

/**
 * Values of variables with the variables they name filled in: `https://{{env.host}}/x`. One that names itself, through others
 * too, and one that names what is not there, stays as it is written.
 */
export function fillVariables(variables: Readonly<Record<string, string>>): Record<string, string> {
  const values = new Map(Object.entries(variables));
  const filled = new Map<string, string | null>();
  const fill = (key: string, steps = 0): string | null => {
    const known = filled.get(key);
    if (known !== undefined) return known;
    filled.set(key, null); // whoever comes here again meanwhile came from it
    const value = values.get(key) ?? null;
    const whole = value === null ? null : replaced(value, (next) => (steps < MAX_STEPS ? fill(next, steps + 1) : null));
    if (whole !== null) filled.set(key, whole);
    return whole;
  };
  return Object.fromEntries([...values].map(([key, value]) => [key, fill(key) ?? value]));
}

/** Null when a reference has no value. */
function replaced(value: string, fill: (key: string) => string | null): string | null {
  let lost = false;
  let length = value.length;
  const result = value.replace(REFERENCE, (reference, key: string) => {
    const found = length > MAX_FILLED ? null : fill(key);
    lost ||= found === null;
    length += (found ?? '').length;
    return found ?? reference;
  });
  return lost || result.length > MAX_FILLED ? null : result;
}

/** The names in a circle of references that a variable is part of, itself first; null when it is in none. */
export function circleOf(key: string, variables: Readonly<Record<string, string>>): string[] | null {
  const seen = new Set<string>();
  const search = (at: string, way: readonly string[]): string[] | null => {
    if (way.length > 0 && at === key) return [...way];
    if (seen.has(at)) return null;
    seen.add(at);
    const value = Object.hasOwn(variables, at) ? (variables[at] ?? '') : '';
    for (const [, next = ''] of value.matchAll(REFERENCE)) {
      const found = search(next, [...way, at]);
      if (found) return found;
    }
    return null;
  };
  return search(key, []);
}
