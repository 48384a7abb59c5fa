import { describe, expect, it } from 'vitest';
import { isSecretVariable, redact } from '../../src/domain/bots/transfer/credentials.js';

const redacted = (definition: Record<string, unknown>) => redact({ definition, config: null, files: [] });

describe('a credential in a bot file', () => {
  it.each([
    [
      'a header',
      { headers: { value: '{"x-api-key": "abcd1234", "accept": "json"}' } },
      '{"x-api-key": "", "accept": "json"}',
    ],
    [
      'an encoded header',
      { headers: { value: '%7B%22Authorization%22%3A%22Bearer%20abcd1234%22%7D' } },
      '%7B%22Authorization%22%3A%22Bearer%20%22%7D',
    ],
    ['a query parameter', { endPoint: { path: '/data/2.5?appid=0123456789abcdef&q=x' } }, '/data/2.5?appid=&q=x'],
    ['a key of a known shape in a script', { script: `var k = "sk-${'a1'.repeat(16)}";` }, 'var k = "";'],
    ['a password of a profile', { profile: { password: 'hunter22' } }, ''],
    ['a key of a translation engine', { engine: { apiKey: 'abcd-1234' } }, ''],
  ])('in %s is taken out and can be put back', (_, definition, expected) => {
    const { files, secrets, warnings } = redacted(definition);
    const [outer = ''] = Object.keys(definition);
    const [inner] = Object.values(definition);
    const place = typeof inner === 'string' ? [outer] : [outer, ...Object.keys(inner ?? {})];
    const pointer = `/definition/${place.join('/')}`;
    expect(place.reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], files.definition)).toBe(
      expected,
    );
    expect(Object.keys(secrets)).toEqual([pointer]);
    expect(warnings).toMatchObject([{ path: place.join('.') }]);
  });

  it.each([
    ['a variable in a header', { headers: { value: '{"Authorization": "Bearer {{env.TOKEN}}"}' } }],
    ['a variable as a password', { profile: { password: '{{env.PASSWORD}}' } }],
    ['the name of a field', { field: { type: 'password', password: 'password' } }],
    ['what people say about passwords', { localeData: { en: { password: 'Forgot your password?' } } }],
    ['a sentence', { sentence: 'my password is wrong' }],
    ['a link with other parameters', { link: 'https://example.com/?page=2&appetite=large' }],
  ])('is not found in %s', (_, definition) => {
    const { files, secrets } = redacted(definition);
    expect(files.definition).toEqual(definition);
    expect(secrets).toEqual({});
  });

  it('in a variable is known by its name or by its shape', () => {
    expect(['API_KEY', 'botSecret', 'smtp_password', 'access-token'].map((key) => isSecretVariable(key, 'x'))).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(isSecretVariable('url', `https://x.example/?k=AIza${'a'.repeat(35)}`)).toBe(true);
    expect(['url', 'keyboard', 'tokens', 'name'].map((key) => isSecretVariable(key, 'x'))).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });
});

it('is looked for in no more time than a text takes to be read, whatever it looks like', () => {
  const pieces = ['-eyJaaaaaaaaaaaa', 'SG.aaaaaaaaaaaaaaaa-', '"apikey" : ', '%22apikey%22%20', '?apikey='];
  const started = performance.now();
  for (const piece of pieces) redacted({ text: piece.repeat(400_000 / piece.length) });
  expect(performance.now() - started).toBeLessThan(5_000); // it took minutes
});

it('is a token at the beginning of a word only', () => {
  const token = `eyJ${'a'.repeat(20)}.${'b'.repeat(20)}.${'c'.repeat(20)}`;
  const { files } = redacted({ text: `Bearer ${token} but not x${token}` });
  expect(files.definition.text).toBe(`Bearer  but not x${token}`);
});
