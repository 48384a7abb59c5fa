import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ControlPlane, createControlPlane } from '../support/control-plane.js';
import { openSqliteTestDatabase, type TestDatabase } from '../support/databases.js';

let opened: TestDatabase;
let plane: ControlPlane;
beforeAll(async () => {
  opened = await openSqliteTestDatabase();
  plane = await createControlPlane(opened.database);
});
afterAll(() => opened.drop());

type Files = { definition: unknown; config: unknown; files?: readonly { name: string; content: string }[] };
async function throughImport(input: Files) {
  const { bot } = await plane.domain.transfer.importBot(plane.admin, { mode: 'NEW', ...input });
  return plane.domain.transfer.exportBot(plane.admin, bot.id);
}

const service = (headers: string, body: string, script: string) => ({
  _id: 'st-1',
  localeData: { en: { name: 'Trip' } },
  dialogs: [],
  dialogComponents: [
    {
      _id: 'dc-1',
      refId: 'r-1',
      type: 'service',
      name: 'Call',
      endPoint: { protocol: 'https', host: 'a.test', method: 'post', path: '/x' },
      headers: { type: 'raw', value: headers },
      payload: { type: 'raw', value: body },
      preProcessor: { script },
    },
    { _id: 'dc-2', refId: 'r-2', type: 'script', name: 'Run', script },
  ],
  channels: [{ type: 'ivr', displayName: 'web', enable: true, isAsync: false }],
});

const NAMES = ['Authorization', 'apiKey', 'x-api-key', 'password', 'client_secret', 'accessToken', 'auth-token'];
const name = fc.constantFrom(...NAMES);
const scheme = fc.constantFrom('', 'Basic ', 'Bearer ', 'Token ', 'Basic', 'bearer  ');
const quote = fc.constantFrom('"', "'", '`');
const MARKS = ['AB1', ',', "'", '`', '[', ';', 'y', '"', '\\', ':', '&', '=', '%', '/', '}', ' '];
/** Between two marks, of which neither may stay. */
const secret = fc.array(fc.constantFrom(...MARKS), { maxLength: 8 }).map((parts) => `QZ1${parts.join('')}QZ2`);
/** A credential, what stands before one that is not there, or a variable. */
const value = fc.oneof(
  fc.tuple(scheme, secret).map(([before, after]) => before + after),
  scheme,
  fc.constantFrom('Bearer {{env.TOKEN}}', '{{context.key}}', ''),
);
const literal = (text: string, mark: string): string =>
  mark + text.replace(/\\/g, '\\\\').replaceAll(mark, `\\${mark}`) + mark;

it('a bot that was exported comes in and goes out again unchanged, whatever its headers, bodies and scripts hold', async () => {
  await fc.assert(
    fc.asyncProperty(name, value, quote, fc.boolean(), async (key, of, mark, encoded) => {
      const write = (text: string) => (encoded ? encodeURIComponent(text) : text);
      const json = JSON.stringify({ accept: 'json', [key]: of });
      const script = `var h = {${literal(key, mark)}: ${literal(of, mark)}, other: 1};`;
      const first = await throughImport({
        definition: service(write(json), write(json), write(script)),
        config: { name: 'Trip' },
      });
      const second = await throughImport(first);
      expect(neutral(second)).toEqual(neutral(first));
      expect(JSON.stringify(first)).not.toMatch(/QZ[12]/);
      expect(JSON.stringify(first)).toMatch(/other/);
      if (/^(?:Basic|Bearer|Token) +$/i.test(of)) expect(headersOf(second)).toBe(write(json));
    }),
    { numRuns: 60 },
  );
});

it('functions come out as they came in', async () => {
  const files = [{ name: 'botFunctions.js', content: 'function greet() { return "hi"; }' }];
  const first = await throughImport({ definition: service('{}', '{}', 'greet()'), config: {}, files });
  expect(first.files).toEqual(files);
  expect(neutral(await throughImport(first))).toEqual(neutral(first));
});

const headersOf = ({ definition }: { definition: Record<string, unknown> }) =>
  (definition.dialogComponents as { headers?: { value: string } }[])[0]?.headers?.value;

/** Without addresses, which carry ids. */
const neutral = (files: unknown): unknown =>
  JSON.parse(JSON.stringify(files, (key, item) => (key === 'url_v2' ? '' : item)));
