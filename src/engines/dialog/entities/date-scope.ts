import { string } from '../../../definition/json.js';
import { isTimeZone } from '../../../time-zone.js';
import { child } from '../context.js';
import type { Run } from '../run.js';
import type { DateScope } from './dates.js';
import { localeOf } from './locales.js';

/**
 * The zone and locale a user's dates are read in: what a script or the user's information says, else the bot's settings,
 * else UTC and the language of the turn. A locale of another language than the turn's is passed over.
 */
export function dateScopeOf(run: Run): DateScope {
  const { settings } = run.deps;
  const session = child(run.context, 'session');
  const stores = [child(session, 'BotUserSession'), child(session, 'UserContext')];
  const zones = [...stores.flatMap(({ timeZone, timezone }) => [timeZone, timezone]), settings.timeZone];
  const { tag, language } = localeOf(run.turn.language) ?? { tag: 'en', language: 'en' };
  const locales = [...stores.map(({ locale }) => locale), settings.locale].map((locale) => localeOf(string(locale)));
  const spoken = locales.find((locale) => locale?.language === language);
  return {
    now: run.turn.now,
    timeZone: zones.map(string).find((zone) => zone !== '' && isTimeZone(zone)) ?? 'UTC',
    locale: spoken?.tag ?? tag,
  };
}
