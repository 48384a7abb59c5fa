/** A part of a text, from `start` up to `end`. */
export interface Span {
  start: number;
  end: number;
}

/** What people put between groups of digits: spaces of any width, dots and dashes, one at a time. */
const BETWEEN = '[ \\u00a0\\u2007\\u2009\\u202f.\\-\\u2010-\\u2013]';

const RUN_OF_DIGITS = new RegExp(`(?<![\\p{L}\\p{N}])\\p{Nd}(?:${BETWEEN}?\\p{Nd})*(?![\\p{L}\\p{N}])`, 'gu');
/** Digits of a card's number. */
const CARD = { min: 13, max: 19 };

interface Character {
  value: string;
  start: number;
  end: number;
}

/** Numbers of payment cards: 13 to 19 digits, with separators or without, whose last is the check digit (Luhn). */
export function findCards(text: string): Span[] {
  const found: Span[] = [];
  for (const run of text.matchAll(RUN_OF_DIGITS)) {
    const digits = digitsIn(run[0], run.index);
    for (let from = 0; from + CARD.min <= digits.length; from += 1) {
      if (from > 0 && digits[from - 1]?.end === digits[from]?.start) continue; // within a group
      const length = cardAt(digits, from);
      if (length === 0) continue;
      found.push({ start: digits[from]?.start ?? 0, end: digits[from + length - 1]?.end ?? 0 });
      from += length - 1;
    }
  }
  return found;
}

/** Digits of the longest card that begins at a group; 0: none does. It ends with a group, too. */
function cardAt(digits: readonly Character[], from: number): number {
  for (let length = Math.min(CARD.max, digits.length - from); length >= CARD.min; length -= 1) {
    if (digits[from + length - 1]?.end === digits[from + length]?.start) continue;
    const own = digits.slice(from, from + length).map(({ value }) => Number(value));
    if (isLuhn(own)) return length;
  }
  return 0;
}

function isLuhn(digits: readonly number[]): boolean {
  if (digits.every((digit) => digit === 0)) return false;
  const sum = digits.toReversed().reduce((total, digit, index) => {
    if (index % 2 === 0) return total + digit;
    return total + (digit > 4 ? 2 * digit - 9 : 2 * digit);
  }, 0);
  return sum % 10 === 0;
}

/** The digits of a run, of whatever script, as 0 to 9. */
function digitsIn(run: string, offset: number): Character[] {
  const found: Character[] = [];
  let at = offset;
  for (const character of run) {
    const end = at + character.length;
    if (/\p{Nd}/u.test(character)) found.push({ value: String(digitOf(character)), start: at, end });
    at = end;
  }
  return found;
}

/** Digits of every script stand in tens: the zero is the first of up to ten in a row. */
function digitOf(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code >= 48 && code <= 57) return code - 48;
  let zero = code;
  while (code - zero < 9 && /\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return code - zero;
}

/** Characters of the IBANs of a country (ISO 13616); of others any length is tried. */
const IBAN_LENGTHS: Record<string, number> = Object.fromEntries(
  (
    'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 ' +
    'FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 ' +
    'LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 ' +
    'RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30'
  )
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);
const IBAN = { min: 15, max: 34 };
const IBAN_BEGINS = new RegExp(`(?<![\\p{L}\\p{N}])[A-Za-z]{2}${BETWEEN}?\\d${BETWEEN}?\\d`, 'gu');
const IBAN_GOES_ON = new RegExp(`${BETWEEN}?([A-Za-z0-9])`, 'uy');

/** Bank account numbers (IBAN) whose check digits are right, in any grouping. */
export function findIbans(text: string): Span[] {
  const found: Span[] = [];
  let behind = 0;
  for (const { 0: head, index } of text.matchAll(IBAN_BEGINS)) {
    if (index < behind) continue;
    const end = ibanEnd(text, index, head);
    if (end === 0) continue;
    found.push({ start: index, end });
    behind = end;
  }
  return found;
}

/** Where the longest IBAN ends that begins with this head; 0: none does. */
function ibanEnd(text: string, start: number, head: string): number {
  let value = head.replace(/[^A-Za-z0-9]/g, '').toUpperCase();
  const length = IBAN_LENGTHS[value.slice(0, 2)];
  let at = start + head.length;
  let end = 0;
  while (value.length < (length ?? IBAN.max)) {
    IBAN_GOES_ON.lastIndex = at;
    const next = IBAN_GOES_ON.exec(text);
    if (!next?.[1]) break;
    value += next[1].toUpperCase();
    at = IBAN_GOES_ON.lastIndex;
    const isWhole = length === undefined ? value.length >= IBAN.min : value.length === length;
    if (isWhole && !/^[\p{L}\p{N}]/u.test(text.slice(at, at + 2)) && remainder(value) === 1) end = at;
  }
  return end;
}

/** The account number with its head behind it, letters as two digits, divided by 97 (ISO 7064). */
function remainder(iban: string): number {
  let rest = 0;
  for (const character of iban.slice(4) + iban.slice(0, 4)) {
    const value = Number.parseInt(character, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest;
}

const EMAIL =
  /(?<![\p{L}\p{N}._%+'-])[\p{L}\p{N}._%+'-]{1,64}@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)+[\p{L}]{2,63}(?![\p{L}\p{N}])/gu;

/** E-mail addresses. */
export const findEmails = (text: string): Span[] => (text.includes('@') ? spansOf(text, EMAIL) : []);

const PHONE = /(?<![\p{L}\p{N}_])(?:\+|\()?\d(?:[ \u00a0\u202f()./\-\u2010-\u2013]{0,3}\d)*(?![\p{L}\p{N}_])/gu;
/** Digits of a number with its prefix (E.164 has at most 15); 00 in front of it makes two more. */
const PHONE_DIGITS = { min: 7, max: 17 };
const DATE_OR_DECIMAL = /^(?:\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d+[.]\d+)$/;
/** As they are written in North America, where numbers have no zero in front. */
const IN_GROUPS = /^\(?\d{3}\)?[ \u00a0.-]{1,2}\d{3}[ \u00a0.-]\d{4}$/;

/** Telephone numbers with +, 00 or 0 in front, and those in groups of 3, 3 and 4 digits. */
export function findPhones(text: string): Span[] {
  return spansOf(text, PHONE).filter(({ start, end }) => {
    const number = text.slice(start, end);
    const digits = number.replace(/\D/g, '');
    if (digits.length < PHONE_DIGITS.min || digits.length > PHONE_DIGITS.max || DATE_OR_DECIMAL.test(number))
      return false;
    return number.startsWith('+') || digits.startsWith('0') || IN_GROUPS.test(number);
  });
}

const spansOf = (text: string, pattern: RegExp): Span[] =>
  [...text.matchAll(pattern)].map(({ 0: found, index }) => ({ start: index, end: index + found.length }));
