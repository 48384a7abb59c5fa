import { parsePath } from '../../definition/pieces.js';
import type { Json, JsonObject } from '../../json.js';
import { valueAt } from '../../turn/interpolate.js';
import { child } from './context.js';
import { type Run, scopeOf } from './run.js';
import { copy } from './state.js';

/** Values to set, by path under the context. */
export type Assignments = [path: string[], value: Json][];

/** Reads the values a dialog call hands over, from `[target path, source path or literal]`. They are set later. */
export function readMap(run: Run, map: readonly [string, string][]): Assignments {
  const scope = scopeOf(run);
  return map.flatMap(([target, source]): Assignments => {
    const path = parsePath(bare(target));
    const from = parsePath(bare(source));
    const value = from && /^(context|env|content)\b/.test(bare(source)) ? valueAt(scope, from) : source;
    if (!path || value === undefined) return [];
    return [[path[0] === 'context' ? path.slice(1) : pathOfKey(path), copy(value)]];
  });
}

export function assign(context: JsonObject, assignments: Assignments): void {
  for (const [path, value] of assignments) {
    let place = context;
    for (const step of path.slice(0, -1)) place = child(place, safe(step));
    const last = path.at(-1);
    if (last !== undefined) place[safe(last)] = value;
  }
}

/** A key without a root names an entity of the dialog that is called. */
const pathOfKey = (path: string[]): string[] => (path.length === 1 ? ['entities', ...path] : path);

const bare = (text: string): string => text.trim().replace(/^\{\{\s*|\s*\}\}$/g, '');

/** `__proto__` as a name would change the object instead of setting a value. */
const safe = (step: string): string => (step === '__proto__' ? 'proto' : step);
