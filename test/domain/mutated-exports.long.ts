import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSandbox, type Sandbox } from '../../src/engines/dialog/sandbox/sandbox.js';
import { AppError } from '../../src/errors.js';
import type { Json, JsonObject } from '../../src/json.js';
import { EXPORT_NAMES, haveExports, programOf, readExport } from '../engines/dialog/conversation.js';
import { chance, walk } from '../engines/dialog/walker.js';
import { type ControlPlane, createControlPlane } from '../support/control-plane.js';
import { openSqliteTestDatabase, type TestDatabase } from '../support/databases.js';

let opened: TestDatabase;
let plane: ControlPlane;
let scripts: Sandbox;
beforeAll(async () => {
  opened = await openSqliteTestDatabase();
  plane = await createControlPlane(opened.database);
  scripts = createSandbox({ workers: 1 });
  await scripts.ready();
}, 120_000);
afterAll(async () => {
  await scripts.close();
  await opened.drop();
});

/** Files changed, all in all; each has one to forty changes. */
const FILES = 200;
/** Turns walked with each that comes in. */
const TURNS = 4;

const TYPES = [
  ['message', 'entity', 'script', 'service', 'webhook', 'logic', 'dialogAct', 'confirmation', 'form', 'botAction'],
  ['label', 'number', 'date', 'quantityv2', 'list_of_values', 'composite', 'attachment', 'Regex', 'airport', ''],
  ['generativeai', 'aiassist', 'searchai', 'dynamicIntent', 'agentTransfer', 'intent', 'process', 'holodeck'],
].flat();

const isParent = (value: Json | undefined): value is JsonObject | Json[] => typeof value === 'object' && value !== null;
const snake = (key: string): string => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const camel = (key: string): string => key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** What another version of the platform, or another tool, may have made of a value. */
const CHANGES: readonly ((parent: Record<string, Json>, key: string, random: () => number) => void)[] = [
  (parent, key) => delete parent[key],
  (parent, key) => rename(parent, key, snake(key)),
  (parent, key) => rename(parent, key, camel(key)),
  (parent, key) => rename(parent, key, `${key}V2`),
  (parent, key) => rename(parent, key, key.toUpperCase()),
  (parent, key) => wrap(parent, key, (value) => [value]),
  (parent, key) => wrap(parent, key, (value) => (Array.isArray(value) ? (value[0] ?? null) : value)),
  (parent, key) => wrap(parent, key, (value) => ({ value })),
  (parent, key) => wrap(parent, key, (value) => ({ en: value, default: value })),
  (parent, key) => wrap(parent, key, (value) => JSON.stringify(value)),
  (parent, key) => wrap(parent, key, (value) => (Array.isArray(value) ? { ...value } : value)),
  (parent, key) => wrap(parent, key, (value) => (typeof value === 'boolean' ? String(value) : value)),
  (parent, key) => wrap(parent, key, (value) => (typeof value === 'string' ? encodeURIComponent(value) : value)),
  (parent, key) => wrap(parent, key, () => null),
  (parent, key) => wrap(parent, key, () => 0),
  (parent, key) => wrap(parent, key, () => '%E0%A4%A'),
  (parent, key, random) => wrap(parent, key, () => TYPES[Math.floor(random() * TYPES.length)] ?? ''),
  (parent, key) => wrap(parent, key, (value) => (Array.isArray(value) ? [...value, ...value] : value)),
];

function rename(parent: Record<string, Json>, key: string, name: string): void {
  const value = parent[key];
  if (Array.isArray(parent) || value === undefined || name === key) return;
  delete parent[key];
  parent[name] = value;
}

function wrap(parent: Record<string, Json>, key: string, change: (value: Json) => Json): void {
  parent[key] = change(parent[key] ?? null);
}

/** Changes one place of a file, at any depth. */
function changeSomething(file: Json, random: () => number): void {
  let parent = file;
  while (isParent(parent)) {
    const keys = Object.keys(parent);
    const key = keys[Math.floor(random() * keys.length)];
    if (key === undefined) return;
    const entries = parent as Record<string, Json>; // lists have places for keys
    const below: Json | undefined = entries[key];
    if (isParent(below) && Object.keys(below).length > 0 && random() < 0.85) {
      parent = below;
      continue;
    }
    CHANGES[Math.floor(random() * CHANGES.length)]?.(entries, key, random);
    return;
  }
}

describe.skipIf(!haveExports)('changed exports (skipped without the exports beside the checkout)', () => {
  it('come in and walk without an internal error, or are refused with the field that is wrong', async () => {
    const originals = EXPORT_NAMES.map((name) => JSON.stringify(readExport(name).raw));
    const count = { in: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(
        fc.nat(originals.length - 1),
        fc.integer(),
        fc.integer({ min: 1, max: 40 }),
        async (which, seed, changes) => {
          const random = chance(seed);
          const changed = JSON.parse(originals[which] ?? '{}') as Json;
          for (let change = 0; change < changes; change += 1) changeSomething(changed, random);
          const raw = JSON.parse(JSON.stringify(changed)) as Json; // a place taken from a list is null in a file
          try {
            const { warnings } = await plane.domain.transfer.importBot(plane.admin, { mode: 'NEW', definition: raw });
            for (const { path, message } of warnings) expect([path, message]).not.toContain('');
            const outcomes = await walk(programOf(raw), { scripts }, seed, TURNS);
            const internal = outcomes.flatMap(({ trace }) =>
              trace.filter((entry) => entry.kind === 'failure' && entry.internal === true),
            );
            expect(internal).toEqual([]);
            count.in += 1;
          } catch (error) {
            if (!(error instanceof AppError)) throw error;
            expect(error.code).toBe('BAD_USER_INPUT');
            expect(error.details).toMatchObject({ field: expect.any(String) });
            count.refused += 1;
          }
        },
      ),
      { numRuns: FILES, endOnFailure: true },
    );
    expect(count.in + count.refused).toBe(FILES);
    expect(count.in).toBeGreaterThan(FILES / 2);
  }, 600_000);
});
