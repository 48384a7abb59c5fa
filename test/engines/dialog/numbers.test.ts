import { describe, expect, it } from 'vitest';
import { findMoney } from '../../../src/engines/dialog/entities/currencies.js';
import { findNumbers } from '../../../src/engines/dialog/entities/numbers.js';
import { findQuantities } from '../../../src/engines/dialog/entities/quantities.js';

describe('a number in words', () => {
  it.each([
    ['zero', 0],
    ['forty-two', 42],
    ['one hundred and five', 105],
    ['a hundred', 100],
    ['two thousand twenty six', 2026],
    ['three hundred thousand', 300_000],
    ['minus seven', -7],
    ['it is negative twelve', -12],
    ['two and a half', 2.5],
    ['two and a half thousand', 2500],
    ['half a million', 500_000],
    ['three quarters', 0.75],
    ['three point one four', 3.14],
    ['point five', 0.5],
    ['two point five million', 2_500_000],
    ['one two three', 123],
    ['nineteen eighty four', 1984],
    ['twenty twenty six', 2026],
    ['five or six', 5],
    ['five and six', 5],
    ['ten minus three', 10],
  ])('is all of it: %s', (text, number) => expect(findNumbers(text)[0]).toBe(number));

  it.each(['twenty first', 'the thirty-third', 'half', 'a', 'point taken', 'someone'])('is not in %j', (text) =>
    expect(findNumbers(text)).toEqual([]),
  );
});

describe('a number in digits', () => {
  it.each([
    ['2 million', 'en', 2_000_000],
    ['5k', 'en', 5000],
    ['2.5 lakh', 'en-IN', 250_000],
    ['minus 7', 'en', -7],
    ['-7', 'en', -7],
    ['3 1/2', 'en', 3.5],
    ['2½', 'en', 2.5],
    ['1,250.5', 'en', 1250.5],
    ['1.250,5', 'en', 1250.5],
    ['1,250', 'en', 1250],
    ['1.250', 'en', 1.25],
    ['1.250', 'de', 1250],
    ['2,5', 'de', 2.5],
    ['5,00,000', 'en-IN', 500_000],
    ['apartment 5 b', 'en', 5],
    ['room 12', 'en', 12],
    ['0123', 'en', '0123'],
    ['12345678901234567890', 'en', '12345678901234567890'],
    ['9'.repeat(400), 'en', '9'.repeat(400)],
  ])('is read as the locale writes it: %s (%s)', (text, locale, number) =>
    expect(findNumbers(text, locale)[0]).toBe(number),
  );

  it('is one of several where commas stand between them', () => {
    expect(findNumbers('2,5', 'en', true)).toEqual([2, 5]);
    expect(findNumbers('2,5,7', 'en', true)).toEqual([2, 5, 7]);
    expect(findNumbers('1,250 and 7', 'en', true)).toEqual([1250, 7]);
    expect(findNumbers('2,5', 'de', true)).toEqual([2.5]);
  });
});

it('amounts of money and quantities are read in the same way', () => {
  expect(findMoney('two and a half thousand dollars', 'en')[0]).toMatchObject({ amount: 2500, code: 'USD' });
  expect(findQuantities('minus 5 degrees celsius', 'en', true, '')[0]).toMatchObject({ amount: -5, unit: 'celsius' });
  expect(findQuantities('minus five degrees celsius', 'en', true, '')[0]).toMatchObject({ amount: -5 });
  expect(findQuantities('3 1/2 cups', 'en', true, '')[0]).toMatchObject({ amount: 3.5 });
});
