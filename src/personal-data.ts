/** A part of a text, from `start` up to `end`. */
export interface Span {
  start: number;
  end: number;
}

/** Letters of scripts that part words by spaces: next to one of these, digits are a piece of something else. */
const LETTER = '\\p{Script=Latin}\\p{Script=Greek}\\p{Script=Cyrillic}';
const BEFORE = `(?<![${LETTER}\\p{N}])`;
const BEHIND = `(?![${LETTER}\\p{N}])`;

/** What people put between groups of digits: spaces, dashes, dots, strokes, characters that nobody sees; up to three. */
const GAPS = '\\s\\u00ad\\u200b-\\u200d\\u2060./_\\u00b7\\-\\u2010-\\u2015\\u2212';
const BETWEEN = `[${GAPS}+]{0,3}`;

/** A character that nobody sees. */
const NOTHING = '\u200b';
/** URL escapes of the characters that separate or mark parts of personal data, each by as many characters. */
const ESCAPED: Record<string, string> = {
  '%20': '   ',
  '%2B': `${NOTHING}${NOTHING}+`,
  '%40': `${NOTHING}${NOTHING}@`,
};

/** In ASCII, as far as digits, full-width characters and escapes go; everything stays where it is. */
function plain(text: string): string {
  const unescaped = text.includes('%')
    ? text.replace(/%(?:20|2[Bb]|40)/g, (code) => ESCAPED[code.toUpperCase()] ?? code)
    : text;
  if (!/[^\0-\x7f]/.test(unescaped)) return unescaped;
  return unescaped
    .replace(/[\uff01-\uff5e]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
    .replace(/\p{Nd}/gu, (digit) => (digit.length === 1 ? String(digitOf(digit)) : digit));
}

const RUN_OF_DIGITS = new RegExp(`${BEFORE}\\p{Nd}(?:${BETWEEN}\\p{Nd})*${BEHIND}`, 'gu');
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
  for (const run of plain(text).matchAll(RUN_OF_DIGITS)) {
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
const IBAN_BEGINS = new RegExp(`${BEFORE}[A-Za-z]{2}${BETWEEN}\\d${BETWEEN}\\d`, 'gu');
const IBAN_GOES_ON = new RegExp(`${BETWEEN}([A-Za-z0-9])`, 'uy');
const IBAN_ENDS = new RegExp(`^${BEHIND}`, 'u');

/** Bank account numbers (IBAN) whose check digits are right, in any grouping. */
export function findIbans(given: string): Span[] {
  const text = plain(given);
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
    if (isWhole && IBAN_ENDS.test(text.slice(at, at + 2)) && remainder(value) === 1) end = at;
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

const IN_NAME = `\\p{L}\\p{M}\\p{N}._%+'${NOTHING}-`;
const LABEL = '[\\p{L}\\p{N}](?:[\\p{L}\\p{M}\\p{N}-]{0,61}[\\p{L}\\p{M}\\p{N}])?';
const EMAIL = new RegExp(
  `(?:(?<![${IN_NAME}])[${IN_NAME}]{1,70}|"[^"\\\\\\n]{1,64}")@(?:${LABEL}\\.)+(?:xn--[a-z0-9-]{1,59}|[\\p{L}\\p{M}]{2,63})(?![\\p{L}\\p{N}])`,
  'giu',
);

/** E-mail addresses. */
export function findEmails(given: string): Span[] {
  const text = plain(given);
  return text.includes('@') ? spansOf(text, EMAIL) : [];
}

/** Groups of digits with what stands between them. */
const RUN_OF_GROUPS = new RegExp(
  `(?<![${LETTER}\\p{N}_])[+(]{0,2}\\d(?:[${GAPS}()]{0,4}\\d)*(?![${LETTER}\\p{N}_])`,
  'gu',
);
const GROUP = /[+(]{0,2}\d+/g;
/** Digits of a number with its prefix (E.164 has at most 15); 00 in front of it makes two more. */
const PHONE_DIGITS = { min: 7, max: 17 };
const DATE_OR_DECIMAL =
  /(?<![\d./-])(?:\d{1,2}([./-])\d{1,2}\1(?:\d{4}|\d{2})|\d{4}([./-])\d{1,2}\2\d{1,2}|(?:0|[1-9]\d*)\.\d+)(?![./-]?\d)/g;

/** How numbers with neither + nor 0 in front are written: the sizes of their groups, and how they begin, so that amounts and years are none. */
const SHAPES = new Map<string, RegExp>([
  ...(['3 3 4', '2 4 4', '2 5 4', '2 2 2 2'] as const).map((shape): [string, RegExp] => [shape, /./]), // America, Denmark
  ...(['1 3 3 4', '3 4 4'] as const).map((shape): [string, RegExp] => [shape, /^1/]), // North America, China
  ...(['1 3 3 2 2', '1 10'] as const).map((shape): [string, RegExp] => [shape, /^[178]/]), // Russia, North America
  ...(['3 3 3', '3 2 2 2', '3 2 3'] as const).map((shape): [string, RegExp] => [shape, /^[4-9]/]), // Spain, Poland, Norway
  ['5 5', /^[6-9]/], // India
  ['3 7', /^3/], // Italy
]);
const MOST_GROUPS = 5;

/** Telephone numbers with +, 00 or 0 in front, and those in groups as some countries have them. */
export function findPhones(given: string): Span[] {
  const text = plain(given).replace(DATE_OR_DECIMAL, (date) => 'x'.repeat(date.length));
  return spansOf(text, RUN_OF_GROUPS).flatMap(({ start, end }) =>
    phonesIn(text.slice(start, end)).map((span) => ({ start: start + span.start, end: start + span.end })),
  );
}

/** The longest number at each place where one can begin: behind a space, a stroke or a bracket, not in the middle of one. */
function phonesIn(run: string): Span[] {
  const groups = spansOf(run, GROUP).map(({ start, end }) => ({
    start,
    end,
    digits: digitsOnly(run.slice(start, end)),
  }));
  const found: Span[] = [];
  for (let from = 0; from < groups.length; from += 1) {
    const [before, first] = [groups[from - 1], groups[from]];
    if (!first || (before && !/[\s/(+]/.test(run.slice(before.end, first.start + 1)))) continue;
    const last = lastGroup(
      groups.slice(from, from + PHONE_DIGITS.max + 1),
      run[first.start] === '+' || run[first.start + 1] === '+',
    );
    const end = groups[Math.min(from + last, groups.length - 1)]?.end;
    if (last < 0 || end === undefined) continue;
    found.push({ start: first.start, end });
    from += last;
  }
  return found;
}

/** How many groups behind the first the number ends, at the end of the run at the latest; -1: there is none. */
function lastGroup(groups: readonly { digits: string }[], isInternational: boolean): number {
  let [digits, shape, last] = ['', '', -1];
  for (const [index, group] of groups.entries()) {
    digits += group.digits;
    shape += `${index > 0 ? ' ' : ''}${group.digits.length}`;
    const isLed = isInternational || digits.startsWith('0');
    // What goes on behind it may be another number: where that begins nobody can tell.
    if (digits.length > PHONE_DIGITS.max) return isLed && last >= 0 ? Number.POSITIVE_INFINITY : last;
    if (!isLed && index >= MOST_GROUPS) break;
    if (digits.length >= PHONE_DIGITS.min && (isLed || SHAPES.get(shape)?.test(digits))) last = index;
  }
  return last;
}

const digitsOnly = (text: string): string => text.replace(/\D/g, '');

const spansOf = (text: string, pattern: RegExp): Span[] =>
  [...text.matchAll(pattern)].map(({ 0: found, index }) => ({ start: index, end: index + found.length }));
