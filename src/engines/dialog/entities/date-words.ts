/** Short words that name a day whatever stands around them: now, today. */
const PLAIN = /^(?:now|nu|hoy|nay|ora|já)$/i;
/** Words that name a day or a month, and something else: "sat", "sun", "march", French "mars", German "so". */
const DOUBTFUL = /^(?:\p{Script=Latin}{1,3}|march|april|june|august|mars|avril|marzo|abril|martes|sabato)\.?$/iu;
/** What a date stands after. */
const LEAD =
  /(?:^|[,;:(]|(?<!\p{L})(?:on|in|by|for|from|until|till|before|after|since|during|of|or|and|to|this|that|next|last|coming|every|each|around|about|early|late|mid|say|maybe|prefer|want|take|choose|it is|it's|how about|what about|make it|at|am|im|ab|bis|vor|nach|nächsten|kommenden|oder|und|el|los|le|en|il|di|em|na|no|op|i|på|pada|hari|bulan|\d{1,4}(?:st|nd|rd|th|\.)?))\s*$/iu;
/** What may follow one. */
const TAIL =
  /^\s*(?:$|[.,;!?)]|\d|(?:please|pls|thanks|then|works|work|would|sounds|suits|will do|will be|for me|at|or|and|to(?! (?:the|my|our|your|work|school))|till|until|if|morning|afternoon|evening|night|noon|this|next|week|the|oder|und|bis|um|ou|et|y|o|e|atau|dan|bitte|por favor|(?:is|it is|'s) (?:fine|good|ok|okay|best|great|perfect|better|it))(?!\p{L}))/iu;

/** Before a word that is a verb there: "you may", "we march", "I sat". */
const SUBJECT = /(?<!\p{L})(?:i|you|we|they|he|she|it|who|that|there|this)\s*$/iu;
const VERB = /^(?:may|march|sat|sun|wed|mon)(?!\p{L})/iu;
/** A duration, which is a date only from some day on or back: "in 5 days", "2 weeks ago". */
const DURATION =
  /^(?:for\s+)?(?:\d+|an?|one|two|three|four|five|six|seven|eight|nine|ten)\s+(?:second|minute|hour|day|week|month|year)s?$/iu;
/** What a fraction is of. */
const FRACTION_OF =
  /^\s*(?:of|cups?|inch(?:es)?|in|"|miles?|pounds?|lbs?|oz|tsp|tbsp|litres?|liters?|pints?|gallons?|kg|g|hours?|price|off|full|done|finished)(?!\p{L})/iu;
/** A weekday with the day of the month after it is not the next such weekday. */
const DAY_OF_MONTH = /^,?\s*(?:the\s+)?\d{1,2}(?:st|nd|rd|th)(?!\p{L})/iu;
const WEEKDAY = /^(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?$/iu;

/** Characters before a date in which what it stands after is looked for. */
const MAX_LEAD = 24;

/** Whether a date that was found in a text is one: "Sat" is a day in "on Sat" and "Sat, please", not in "I sat down". */
export function meansDate(found: string, index: number, text: string): boolean {
  if (/^\d+d$/i.test(found)) return false;
  const before = text.slice(Math.max(0, index - MAX_LEAD), index);
  const after = text.slice(index + found.length);
  if (VERB.test(found) && SUBJECT.test(before)) return false;
  if (DURATION.test(found) && (/\p{L}/u.test(before) || /^for/i.test(found))) return false;
  if (WEEKDAY.test(found) && DAY_OF_MONTH.test(after)) return false;
  if (/^\d+\/\d+$/.test(found) && FRACTION_OF.test(after)) return false;
  if (PLAIN.test(found) || !DOUBTFUL.test(found)) return true;
  return LEAD.test(before) && TAIL.test(after);
}
