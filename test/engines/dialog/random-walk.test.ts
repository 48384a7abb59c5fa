import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TraceEntry } from '../../../src/bots/engine.js';
import { createSandbox, type Sandbox } from '../../../src/engines/dialog/sandbox/sandbox.js';
import { AppError } from '../../../src/errors.js';
import type { Json } from '../../../src/json.js';
import { EXPORT_NAMES, haveExports, programOf, readExport } from './conversation.js';
import { chance, walk } from './walker.js';

let scripts: Sandbox;
beforeAll(async () => {
  scripts = createSandbox({ workers: 1 });
  await scripts.ready();
}, 60_000);
afterAll(async () => {
  await scripts.close();
});

const internalErrors = (outcomes: Awaited<ReturnType<typeof walk>>) =>
  outcomes.flatMap(({ trace }) => trace.filter((entry) => entry.kind === 'failure' && entry.internal === true));

describe.skipIf(!haveExports)(
  'random conversations with real bots (skipped without the exports beside the checkout)',
  () => {
    it.each(EXPORT_NAMES)(
      'meet no internal error in %s',
      async (name) => {
        const { raw, config } = readExport(name);
        const program = programOf(raw, config);
        for (let seed = 1; seed <= 12; seed += 1) {
          const outcomes = await walk(
            program,
            { scripts, languageModel: { complete: async () => 'A story.' } },
            seed,
            15,
          );
          expect(internalErrors(outcomes)).toEqual([]);
        }
      },
      60_000,
    );

    it('go the same way again with the same chance, clock and answers', async () => {
      const { raw, config } = readExport('otp-generation');
      const program = programOf(raw, config);
      // However busy the machine is, no script may run out of time on one way and not on the other.
      await using patient = createSandbox({ workers: 1, scriptTimeMs: 60_000 });
      await patient.ready();
      const timeless = (trace: TraceEntry[]) => trace.map((entry) => ({ ...entry, durationMs: undefined }));
      const again = async () =>
        (await walk(program, { scripts: patient }, 7, 25)).map(({ replies, end, trace }) => ({
          replies,
          end,
          trace: timeless(trace),
        }));
      expect(await again()).toEqual(await again());
    });

    it('meet none in bots whose files are broken anywhere', async () => {
      const originals = EXPORT_NAMES.map((name) => JSON.stringify(readExport(name).raw));
      await fc.assert(
        fc.asyncProperty(fc.nat(4), fc.integer(), fc.integer({ min: 1, max: 40 }), async (which, seed, wounds) => {
          const random = chance(seed);
          const raw = JSON.parse(originals[which] ?? '{}') as Json;
          for (let wound = 0; wound < wounds; wound += 1) breakSomething(raw, random);
          try {
            const program = programOf(raw);
            expect(internalErrors(await walk(program, { scripts }, seed, 8))).toEqual([]);
          } catch (error) {
            // No longer a definition at all: said clearly.
            if (!(error instanceof AppError)) throw error;
          }
        }),
        { numRuns: 30, endOnFailure: true },
      );
    }, 120_000);
  },
);

/** Replaces, removes or moves a part of a JSON value, deep down by preference. */
function breakSomething(value: Json, random: () => number): void {
  let place = value;
  for (;;) {
    if (typeof place !== 'object' || place === null) return;
    const keys = Object.keys(place);
    const key = keys[Math.floor(random() * keys.length)];
    if (key === undefined) return;
    const entries = place as Record<string, Json>;
    const inner = entries[key];
    if (typeof inner === 'object' && inner !== null && Object.keys(inner).length > 0 && random() < 0.9) {
      place = inner;
      continue;
    }
    const junk: Json[] = [
      null,
      '',
      0,
      -1,
      true,
      [],
      {},
      'intent0',
      'end',
      '%E0%A4',
      '<',
      '~',
      [[]],
      { if: {} },
      '__proto__',
      'a'.repeat(500),
      1e308,
    ];
    const choice = random();
    if (choice < 0.3 && !Array.isArray(place)) delete entries[key];
    else if (choice < 0.4) entries[keys[0] ?? key] = inner ?? null;
    else entries[key] = junk[Math.floor(random() * junk.length)] ?? null;
    return;
  }
}
