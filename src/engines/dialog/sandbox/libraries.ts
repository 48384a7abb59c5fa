import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { HASH_LIBRARY } from './hash-library.js';

const require = createRequire(import.meta.url);
const fileOf = (path: string): string => readFileSync(path, 'utf8');

/** Names that lodash had in its third version, which the platform has: bots still call them. */
const OLDER_LODASH = `(function (_) {
  var now = { all: 'every', any: 'some', collect: 'map', contains: 'includes', detect: 'find', findWhere: 'find',
    foldl: 'reduce', include: 'includes', indexBy: 'keyBy', inject: 'reduce', object: 'zipObject', pairs: 'toPairs',
    pluck: 'map', rest: 'tail', select: 'filter', sortByOrder: 'orderBy', unique: 'uniq', where: 'filter' };
  Object.keys(now).forEach(function (name) { if (!_[name]) _[name] = _[now[name]]; });
})(globalThis._);`;

/** Languages in which \`koreUtil.moment\` writes dates besides English; any other is written in English. */
const LANGUAGES = 'ar da de es fr hi id it ja ko nb nl pl pt pt-br ru sv tr vi zh-cn'.split(' ');

/** Taken as a zone where the last argument names one: \`momenttz(date, 'Asia/Tokyo')\`. */
const ZONED_MOMENT = `(function (moment) {
  globalThis.__moment = moment;
  globalThis.__momenttz = Object.assign(function momenttz() {
    var last = arguments[arguments.length - 1];
    var zoned = arguments.length > 1 && typeof last === 'string' && moment.tz.zone(last);
    return (zoned ? moment.tz : moment).apply(null, arguments);
  }, moment);
})(globalThis.moment);`;

/** JavaScript of the libraries that scripts find at \`koreUtil\`, in the order in which it is to be run. */
export function librarySources(): string[] {
  const languages = LANGUAGES.map((language) => fileOf(require.resolve(`moment/locale/${language}.js`)));
  return [
    HASH_LIBRARY,
    fileOf(require.resolve('lodash/lodash.min.js')),
    OLDER_LODASH,
    'globalThis.__lodash = globalThis._;',
    fileOf(require.resolve('moment/min/moment.min.js')),
    // The rules of all zones from 1970 to 2030, a fifth of what they are in full; later, those of 2030 go on.
    fileOf(require.resolve('moment-timezone/builds/moment-timezone-with-data-1970-2030.min.js')),
    ...languages,
    "globalThis.moment.locale('en');",
    ZONED_MOMENT,
  ];
}
