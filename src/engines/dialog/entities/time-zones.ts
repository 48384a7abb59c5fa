import { isTimeZone, offsetMinutes } from '../../../time-zone.js';
import { offsetText } from './dates.js';

/**
 * Time zones that a text names, as what they are ahead of UTC now: `-05:00`. By an offset (`GMT+5:30`), an IANA name, its city
 * ("New York"), an abbreviation or its long name ("Eastern Standard Time").
 */
export function findTimeZones(text: string, now: number): string[] {
  const offset = /(?:\b(?:gmt|utc)\s*|(?<!\S))([+-])\s?(\d{1,2})(?::?(\d{2}))?(?!\d)/i.exec(text);
  if (offset) {
    const minutes = Number(offset[2]) * 60 + Number(offset[3] ?? 0);
    return minutes <= MAX_OFFSET ? [offsetText(offset[1] === '-' ? -minutes : minutes)] : [];
  }
  const iana = (text.match(/[A-Za-z]+\/[A-Za-z_/+-]+/g) ?? []).find(isTimeZone);
  if (iana !== undefined) return [offsetText(offsetMinutes(iana, now))];
  const lower = text.toLowerCase();
  for (const [pattern, zone] of SPOKEN)
    if (isNamed(pattern.exec(lower)?.[0], text))
      return [typeof zone === 'number' ? offsetText(zone) : offsetText(offsetMinutes(zone, now))];
  const city = citiesOfZones().find(
    ([name]) =>
      new RegExp(`(?<!\\p{L})${name}(?!\\p{L})`, 'u').test(lower) && (!WORDS.has(name) || isAlone(name, lower)),
  );
  return city ? [offsetText(offsetMinutes(city[1], now))] : [];
}

/** Whether what was found is a zone: an abbreviation is one in capitals, or where little else is said ("is it wet?"). */
function isNamed(found: string | undefined, text: string): boolean {
  if (found === undefined) return false;
  if (found.length > MAX_ABBREVIATION || text.includes(found.toUpperCase())) return true;
  return isAlone(found, text.toLowerCase());
}

/** Letters of the longest abbreviation. */
const MAX_ABBREVIATION = 4;

const isAlone = (name: string, lower: string): boolean =>
  lower
    .replace(name, ' ')
    .split(/[^\p{L}]+/u)
    .every((word) => word === '' || AROUND.has(word));

const AROUND = new Set(
  'my our the time times zone timezone is it its s i m am we are re use using on in at to a please standard daylight tz hours'.split(
    ' ',
  ),
);
/** Cities whose names are words. */
const WORDS = new Set('wake center easter christmas troll midway reunion davis casey knox nome'.split(' '));

/** Minutes ahead of UTC or behind it that no zone exceeds. */
const MAX_OFFSET = 14 * 60;

/** Minutes for a name that says whether the clocks are changed, else the zone. */
const SPOKEN: readonly [RegExp, number | string][] = [
  [/\b(?:est|eastern standard)\b/, -300],
  [/\b(?:edt|eastern daylight)\b/, -240],
  [/\b(?:et|eastern(?: time)?)\b/, 'America/New_York'],
  [/\b(?:cst|central standard)\b/, -360],
  [/\b(?:cdt|central daylight)\b/, -300],
  [/\b(?:ct|central time)\b/, 'America/Chicago'],
  [/\b(?:mst|mountain standard)\b/, -420],
  [/\b(?:mdt|mountain daylight)\b/, -360],
  [/\b(?:mt|mountain(?: time)?)\b/, 'America/Denver'],
  [/\b(?:pst|pacific standard)\b/, -480],
  [/\b(?:pdt|pacific daylight)\b/, -420],
  [/\b(?:pt|pacific(?: time)?)\b/, 'America/Los_Angeles'],
  [/\b(?:ist|india(?:n)?(?: standard)? time)\b/, 330],
  [/\b(?:cest|central european summer)\b/, 120],
  [/\b(?:cet|central european)\b/, 60],
  [/\b(?:eest|eastern european summer)\b/, 180],
  [/\b(?:eet|eastern european)\b/, 120],
  [/\b(?:bst|british summer)\b/, 60],
  [/\b(?:wet|western european)\b/, 0],
  [/\b(?:jst|japan(?: standard)? time)\b/, 540],
  [/\b(?:kst|korea(?:n)?(?: standard)? time)\b/, 540],
  [/\b(?:sgt|singapore time)\b/, 480],
  [/\b(?:hkt|hong kong time)\b/, 480],
  [/\b(?:aest|australian eastern standard)\b/, 600],
  [/\b(?:aedt|australian eastern daylight)\b/, 660],
  [/\b(?:awst|australian western standard)\b/, 480],
  [/\b(?:nzst|new zealand standard)\b/, 720],
  [/\b(?:nzdt|new zealand daylight)\b/, 780],
  [/\b(?:msk|moscow(?: standard)? time)\b/, 180],
  [/\b(?:gst|gulf standard)\b/, 240],
  [/\b(?:akst|alaska standard)\b/, -540],
  [/\b(?:hst|hawaii(?:an)? standard)\b/, -600],
  [/\b(?:brt|bras[ií]lia time)\b/, -180],
  [/\b(?:utc|gmt|greenwich mean|zulu)\b/, 0],
];

let cities: [name: string, zone: string][] | null = null;

/** The cities that zones are named after, in lower case. */
export function citiesOfZones(): readonly [name: string, zone: string][] {
  cities ??= Intl.supportedValuesOf('timeZone')
    .filter((zone) => zone.includes('/') && !zone.startsWith('Etc/'))
    .map((zone) => [(zone.split('/').at(-1) ?? '').replaceAll('_', ' ').toLowerCase(), zone]);
  return cities;
}
