import type { JsonObject } from '../../conversation/engine.js';
import { parsePath, valueAt } from '../../conversation/interpolate.js';
import { child } from './context.js';
import { type Run, scopeOf } from './run.js';
import { copy } from './state.js';

/** Copies values between paths of the context, as a dialog call asks: target path, then source path or literal. */
export function applyMap(run: Run, map: readonly [string, string][]): void {
  const scope = scopeOf(run);
  for (const [target, source] of map) {
    const path = parsePath(bare(target));
    if (!path) continue;
    const from = parsePath(bare(source));
    const value = from && /^(context|env|content)\b/.test(bare(source)) ? valueAt(scope, from) : source;
    if (value !== undefined) setAt(run.context, path[0] === 'context' ? path.slice(1) : path, copy(value));
  }
}

function setAt(context: JsonObject, path: readonly string[], value: JsonObject['x']): void {
  let place = context;
  for (const step of path.slice(0, -1)) place = child(place, safe(step));
  const last = path.at(-1);
  if (last !== undefined && value !== undefined) place[safe(last)] = value;
}

const bare = (text: string): string => text.trim().replace(/^\{\{\s*|\s*\}\}$/g, '');

/** `__proto__` as a name would change the object instead of setting a value. */
const safe = (step: string): string => (step === '__proto__' ? 'proto' : step);
