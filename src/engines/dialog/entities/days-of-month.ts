import { DAY } from '../../../time.js';

const WEEKDAY = '(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?';
/** "The 5th", with or without a weekday, where nothing says what it is the fifth of. */
const DAY_ALONE = new RegExp(
  String.raw`(?:(?<!\p{L})(?:${WEEKDAY}),? (?:on )?(?:the )?|(?:^\s*|(?<!\p{L})(?:on|by|from|until|till) )the )(\d{1,2})(?:st|nd|rd|th)(?=\s*(?:$|[.,;!?]|(?:please|pls|at|works|would|is fine|is good)(?!\p{L})))`,
  'giu',
);
/** Days to look ahead: two months may lack a 31st. */
const MOST_DAYS = 62;

/** A text in which a day of the month without its month is the next such day: "the 5th" as "2026-12-05". */
export const daysInDigits = (text: string, today: Date): string =>
  text.replace(DAY_ALONE, (spoken, written: string) => {
    const start = Date.parse(today.toISOString().slice(0, 10));
    for (let ahead = 0; ahead <= MOST_DAYS; ahead += 1) {
      const day = new Date(start + ahead * DAY);
      if (day.getUTCDate() === Number(written)) return ` ${day.toISOString().slice(0, 10)}`;
    }
    return spoken;
  });
