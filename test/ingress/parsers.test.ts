import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/errors.js';
import { traceId } from '../../src/ids.js';
import { preferencesOf } from '../../src/ingress/prefer.js';
import type { Route } from '../../src/routing/routes.js';
import { readTraceparent, traceparentOf } from '../../src/trace.js';
import type { HookVersion } from '../../src/wire/hook-version.js';
import { hookV1 } from '../../src/wire/v1.js';
import { hookV2 } from '../../src/wire/v2.js';

// Parsing looks at nothing else of it.
const route = { botId: 'st-x', mode: 'SYNC' } as Route;

const scalar = fc.oneof(
  fc.constantFrom('text', 'event', 'template', 'formData', 'x', ' ', ''),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
);
const any = fc.oneof(scalar, fc.array(scalar, { maxLength: 3 }), fc.jsonValue({ maxDepth: 3 }));
const sometimes = <T>(usual: fc.Arbitrary<T>) =>
  fc.oneof({ arbitrary: usual, weight: 4 }, { arbitrary: any, weight: 1 });
const message = sometimes(
  fc.record(
    {
      type: sometimes(fc.constantFrom('text', 'event', 'template', 'formData')),
      val: any,
      text: any,
      id: any,
      attachments: any,
      formData: any,
    },
    { requiredKeys: [] },
  ),
);
const body = fc.record(
  {
    message,
    text: any,
    attachments: any,
    payload: any,
    from: sometimes(fc.record({ id: any, userInfo: any }, { requiredKeys: [] })),
    to: any,
    session: any,
    metaTags: any,
    customData: any,
    mergeIdentity: any,
    preferredChannelForResponse: any,
    interactiveLanguage: any,
    InteractiveLanguage: any,
  },
  { requiredKeys: [] },
);

describe('a body of any shape', () => {
  it.each<[string, HookVersion]>([
    ['the first version', hookV1],
    ['the second version', hookV2],
  ])('is understood by %s, or refused naming a field', (_name, version) => {
    fc.assert(
      fc.property(body, (sent) => {
        try {
          const { input, bodyHash } = version.parse(structuredClone(sent) as Record<string, unknown>, route);
          expect(input.user.id).not.toBe('');
          expect(bodyHash()).toBe(version.parse(structuredClone(sent) as Record<string, unknown>, route).bodyHash());
        } catch (error) {
          expect(error).toBeInstanceOf(AppError);
          expect(error).toMatchObject({ code: 'BAD_USER_INPUT', details: { field: expect.any(String) } });
        }
      }),
      { numRuns: 800 },
    );
  });
});

describe('the Prefer header', () => {
  it.each([
    ['respond-async', { respondAsync: true, waitMs: undefined }],
    ['respond-async, wait=10', { respondAsync: true, waitMs: 10_000 }],
    ['wait="5", Respond-Async; foo=bar', { respondAsync: true, waitMs: 5_000 }],
    ['wait=1, wait=9', { respondAsync: false, waitMs: 1_000 }],
    ['wait=soon, return=minimal', { respondAsync: false, waitMs: undefined }],
    ['', { respondAsync: false, waitMs: undefined }],
  ])('%s', (header, wanted) => {
    expect(preferencesOf(header)).toEqual(wanted);
  });

  it('is ignored where it makes no sense', () => {
    fc.assert(
      fc.property(fc.string(), (header) => {
        const { waitMs } = preferencesOf(`wait=${header}`);
        return waitMs === undefined || (Number.isInteger(waitMs) && waitMs >= 0);
      }),
    );
  });
});

describe('a trace that begins here', () => {
  it('has a version-7 UUID, which comes behind those before it', () => {
    const ids = Array.from({ length: 1_000 }, traceId);
    for (const id of ids)
      expect(id).toMatch(/^RTM-TRACE-[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect([...ids].sort()).toEqual(ids);
    expect(new Set(ids.map((id) => id.slice(-12))).size).toBe(ids.length);
  });
});

describe('the traceparent header', () => {
  it('is the trace id of the turn in another form', () => {
    for (let count = 0; count < 100; count += 1) {
      const id = traceId();
      expect(readTraceparent(traceparentOf(id))?.traceId).toBe(id);
    }
    fc.assert(fc.property(fc.string(), (header) => readTraceparent(header) === null));
  });
});
