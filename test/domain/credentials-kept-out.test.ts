import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redact } from '../../src/domain/bots/transfer/credentials.js';

const component = (members: Record<string, unknown>) => ({
  definition: { dialogComponents: [members] },
  config: null,
  files: [],
});
const cleaned = (members: Record<string, unknown>): string => JSON.stringify(redact(component(members)).files);
const NAMES = ['apiKey', 'api_key', 'x-api-key', 'Authorization', 'password', 'client_secret', 'accessToken'];
const name = fc.constantFrom(...NAMES);
const scheme = fc.constantFrom('', 'Bearer ', 'Basic ', 'Token ');
/** What a credential may be made of; a mark shows whether a part of it stays. */
const secret = fc
  .array(fc.constantFrom('AB1', ',', "'", '`', '[', ';', 'y', '"', '\\', ':', '&', '=', '%', '/'), { maxLength: 8 })
  .map((parts) => `QZ1${parts.join('')}QZ2`);
/** A literal of JavaScript in quotes of this kind. */
const literal = (text: string, quote: string): string =>
  quote + text.replace(/[\\]/g, '\\\\').replaceAll(quote, `\\${quote}`) + quote;

describe('no part of a credential stays', () => {
  it.each([
    ['{"apiKey":"`AB1,\'QZ["}'],
    [`{'apiKey':'"AB1,QZ'}`],
    ['x.apiKey = "AB1QZ"'],
    ['headers["Authorization"] = `Bearer AB1QZ`'],
    ["set('Authorization', 'Bearer AB1QZ')"],
    ['var body = "{\\"apiKey\\":\\"AB1\'QZ\\"}"'],
    ['const url = "https://a.test/?apikey=AB1QZ&x=1"'],
  ])('in a script: %s', (script) => {
    expect(cleaned({ script })).not.toMatch(/AB1|QZ/);
    expect(cleaned({ script: encodeURIComponent(script) })).not.toMatch(/AB1|QZ/);
  });

  it('in generated scripts, headers and bodies, in clear and encoded', () => {
    fc.assert(
      fc.property(name, scheme, secret, fc.constantFrom('"', "'", '`'), (key, before, value, quote) => {
        const inScript = `var x = {${literal(key, quote)} : ${literal(before + value, quote)}, other: 1}; f(x)`;
        const inJson = JSON.stringify({ other: 'kept', [key]: before + value });
        for (const text of [inScript, inJson, JSON.stringify(inJson)])
          for (const script of [text, encodeURIComponent(text)]) {
            expect(cleaned({ script, body: script, headers: script })).not.toMatch(/QZ/);
            expect(cleaned({ script })).toMatch(/other/);
          }
        expect(cleaned({ headers: { [key]: before + value } })).not.toMatch(/QZ/);
      }),
      { numRuns: 300 },
    );
  });
});

describe('a second import', () => {
  it.each([
    { headers: { Authorization: 'Basic ' } },
    { headers: '{"Authorization":"Basic "}' },
    { headers: encodeURIComponent('{"Authorization": "Bearer  "}') },
    { Authorization: 'Token ' },
  ])('leaves the start of a header as it is: %j', (members) => {
    expect(redact(component(members)).files).toEqual(component(members));
  });

  it('changes nothing that the first has left', () => {
    fc.assert(
      fc.property(name, scheme, secret, fc.string(), (key, before, value, more) => {
        const text = JSON.stringify({ [key]: before + value, more });
        const members = {
          script: text,
          body: encodeURIComponent(text),
          headers: { [key]: before + value },
          [key]: more,
        };
        const first = redact(component(members)).files;
        expect(redact(first)).toMatchObject({ files: first, secrets: {} });
      }),
      { numRuns: 300 },
    );
  });
});

it.each(['"apiKey":"', 'apiKey:', '\\', 'apiKey="\\', '?appid=', '"apiKey"'])(
  'a long text of %s takes no time',
  (piece) => {
    redact(component({ script: piece.repeat(20_000) }));
  },
  3000,
);
