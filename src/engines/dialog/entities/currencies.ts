import { type Amount, findAmountsIn, standsAlone } from './amounts.js';
import { withoutIdioms } from './idioms.js';
import { unitCalled } from './units.js';

export interface Money {
  amount: number;
  /** ISO 4217; empty when the text names no currency. */
  code: string;
}

/** Amounts of money in a text: `$20`, `20 euros`, `EUR 5`, `5 lakh rupees`. A bare number is one without a currency. */
export function findMoney(text: string, locale: string): Money[] {
  const said = withoutIdioms(text);
  const found = findAmountsIn(said, locale, true);
  if (found.length === 0) return [];
  const names = findCurrencies(said, new Intl.Locale(locale).language);
  const amounts = found.filter((amount) => isPrice(said, amount, names));
  const priced = amounts.map((amount) => ({ amount, name: names.find((one) => isBeside(text, amount, one)) }));
  const beside = priced.filter(({ name }) => name !== undefined);
  const chosen =
    beside.length > 0
      ? beside
      : priced.filter(({ amount }) => !amount.article && (names.length > 0 || standsAlone(said, amount)));
  const alone = names.length === 1 ? names[0] : undefined;
  return chosen.map(({ amount, name }) => ({ amount: amount.value, code: (name ?? alone)?.code ?? '' }));
}

/** No part of a word ("a1", "4x4", "5pm"), and no number of something else ("2 weeks", "5 May"). */
function isPrice(text: string, { start, end }: Amount, names: readonly Named[]): boolean {
  if (names.some((name) => isBeside(text, { start, end }, name))) return true;
  const before = text.slice(Math.max(0, start - MAX_BESIDE), start);
  const after = text.slice(end, end + MAX_BESIDE);
  if (LETTER.test(text.charAt(start - 1)) || LETTER.test(after.charAt(0))) return false;
  if (DATED_AFTER.test(after) || DATED_BEFORE.test(before)) return false;
  const unit = /^[\s-]{0,2}(\p{L}{3,})/u.exec(after)?.[1];
  return !/\db$/i.test(text.slice(start, end)) && (unit === undefined || !unitCalled(unit));
}

/** Letters beside a number that tell what it counts, as many as the longest of these words have. */
const MAX_BESIDE = 16;
const LETTER = /\p{Script=Latin}/u;
const MONTH = '(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\\p{L}*';
const DATED_AFTER = new RegExp(`^\\s?(?:[ap]\\.?m\\.?|o['’]?clock|${MONTH})(?!\\p{L})`, 'iu');
const DATED_BEFORE = new RegExp(`(?<!\\p{L})${MONTH}\\s$`, 'iu');

interface Named {
  code: string;
  start: number;
  end: number;
}

const isBeside = (text: string, { start, end }: Pick<Amount, 'start' | 'end'>, name: Named): boolean =>
  /^[\s.-]{0,3}$/.test(name.start >= end ? text.slice(end, name.start) : text.slice(name.end, start)) &&
  (name.start >= end || name.end <= start);

/** Currencies that a text names, longest name first. */
function findCurrencies(text: string, language: string): Named[] {
  const { pattern, codes } = namesIn(language);
  return [...text.matchAll(pattern)].flatMap((match): Named[] => {
    const [written] = match;
    const code = codes.get(written.toLowerCase());
    // Codes that are English words count in capitals only: "try 5".
    if (code === undefined || (WORDS.has(written.toLowerCase()) && written !== written.toUpperCase())) return [];
    const end = match.index + written.length;
    if (DOUBTFUL.has(written.toLowerCase()) && !AMOUNT_BEFORE.test(text.slice(0, match.index))) return [];
    return [{ code, start: match.index, end }];
  });
}

const WORDS: ReadonlySet<string> = new Set(
  'all amd ang awg bam bob cad cop cup cve gel mad mop mur nad pen php rub sos top try tvd'.split(' '),
);

/** Names that are other words as well ("I won 2 games", "a yen for it"): after a number only. */
const DOUBTFUL: ReadonlySet<string> = new Set(
  'real reals won yen rand lira sol mark pound pounds quid buck bucks crown dong kr ft fr. lei lev'.split(' '),
);
const AMOUNT_BEFORE =
  /(?:\d|[kmb]|(?<!\p{L})(?:pound|us|british|egyptian|sudanese|lebanese|syrian|turkish|korean|japanese|brazilian|brasilianische|south african|south korean|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\p{L}+teen|\p{L}+ty|hundred|thousand|million|billion|lakh|crore|a few|half a|in))[\s.-]*$/iu;

interface Names {
  pattern: RegExp;
  codes: ReadonlyMap<string, string>;
}

/** Names by language, as they take some milliseconds to make. */
const made = new Map<string, Names>();

function namesIn(language: string): Names {
  const known = made.get(language);
  if (known) return known;
  const codes = new Map<string, string>();
  const add = (name: string, code: string): void => {
    const lower = name.toLowerCase();
    if (lower !== '' && !codes.has(lower)) codes.set(lower, code);
  };
  for (const [code, names] of Object.entries(COMMON)) for (const name of names.split('|')) add(name, code);
  for (const spoken of new Set(['en', language])) {
    const names = new Intl.DisplayNames(spoken, { type: 'currency', fallback: 'none' });
    for (const code of CODES) {
      const name = names.of(code);
      add(code, code);
      if (name === undefined || /\d/.test(name)) continue;
      add(name, code);
      if (spoken === 'en') add(pluralOf(name), code);
    }
  }
  const longestFirst = [...codes.keys()].sort((one, other) => other.length - one.length);
  const found = { pattern: new RegExp(longestFirst.map(bounded).join('|'), 'giu'), codes };
  if (made.size < MAX_LANGUAGES) made.set(language, found);
  return found;
}

/** Languages whose names are kept; beyond it they are made each time. */
const MAX_LANGUAGES = 50;

/** Words stand alone; signs may touch the number. */
function bounded(name: string): string {
  const plain = name.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
  const before = /^\p{L}/u.test(name) ? '(?<!\\p{L})' : '';
  const after = /\p{L}$/u.test(name) ? '(?![\\p{L}\\p{M}])' : '';
  return `${before}${plain}${after}`;
}

/** `South African rand` has no plural of its own; `dollars`, `pesos`, `pounds` have. */
const pluralOf = (name: string): string => `${name}s`;

/** Currencies in use now: `Intl` knows those of the past as well. */
const CODES = (
  'AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY COP ' +
  'CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ' +
  'ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN ' +
  'MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD ' +
  'SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWL'
).split(' ');

/** Signs, and names that several currencies share: the one most people mean. */
const COMMON: Readonly<Record<string, string>> = {
  USD: '$|us$|dollar|dollars|buck|bucks|usd$|us dollars|american dollars',
  EUR: '€|euro|euros',
  GBP: '£|pound|pounds|quid|pound sterling|pounds sterling|sterling|british pounds',
  INR: '₹|rs|rs.|₨|rupee|rupees|indian national rupees|rupien|roupies|rupias',
  JPY: '¥|yen|円',
  CNY: 'cn¥|yuan|renminbi|rmb|元',
  KRW: '₩|won',
  AUD: 'a$|au$',
  CAD: 'c$|ca$|loonie|loonies',
  SGD: 's$|sg$',
  HKD: 'hk$',
  NZD: 'nz$',
  TWD: 'nt$',
  BRL: 'r$|real|reais',
  MXN: 'mx$|peso|pesos',
  CHF: 'sfr|fr.|franc|francs|franken|swiss franc',
  RUB: '₽|ruble|rubles|rouble|roubles|рублей|рубль',
  UAH: '₴|hryvnia',
  TRY: '₺|lira|liras',
  ILS: '₪|shekel|shekels',
  NGN: '₦|naira',
  THB: '฿|baht',
  VND: '₫|dong',
  PHP: '₱|philippine pesos',
  KZT: '₸|tenge',
  PLN: 'zł|zloty|zlotys|złoty',
  CZK: 'kč|koruna',
  HUF: 'ft|forint|forints',
  SEK: 'kr|krona|kronor',
  NOK: 'krone|kroner',
  ZAR: 'rand',
  AED: 'dirham|dirhams',
  SAR: 'riyal|riyals',
  KWD: 'dinar|dinars',
  BDT: '৳|taka',
  IDR: 'rp|rupiah',
  MYR: 'rm|ringgit',
  KES: 'shilling|shillings',
  GHS: '₵|cedi|cedis',
};
