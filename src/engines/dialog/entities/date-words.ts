/** Short words that name a day whatever stands around them: now, today. */
const PLAIN = /^(?:now|nu|hoy|nay|ora|já)$/i;
/** Words that name a day or a month, and something else: "sat", "sun", "march", French "mars", German "so". */
const DOUBTFUL = /^(?:\p{Script=Latin}{1,3}|march|april|june|august|mars|avril|marzo|abril|martes|sabato)\.?$/iu;
/** What a date stands after. */
const LEAD =
  /(?:^|[,;:(]|(?<!\p{L})(?:on|in|by|for|from|until|till|before|after|since|during|of|or|and|to|this|that|next|last|coming|every|each|around|about|early|late|mid|say|maybe|prefer|want|take|choose|it is|it's|how about|what about|make it|at|am|im|ab|bis|vor|nach|nächsten|kommenden|oder|und|el|los|le|en|il|di|em|na|no|op|i|på|pada|hari|bulan|\d{1,4}(?:st|nd|rd|th|\.)?))\s*$/iu;
/** What may follow one. */
const TAIL =
  /^\s*(?:$|[.,;!?)]|\d|(?:please|pls|thanks|then|works|work|would|sounds|suits|will do|will be|for me|at|or|and|to|till|until|if|morning|afternoon|evening|night|noon|this|next|week|the|oder|und|bis|um|ou|et|y|o|e|atau|dan|bitte|por favor|(?:is|it is|'s) (?:fine|good|ok|okay|best|great|perfect|better|it))(?!\p{L}))/iu;

/** Characters before a date in which what it stands after is looked for. */
const MAX_LEAD = 24;

/** Whether a date that was found in a text is one: "Sat" is a day in "on Sat" and "Sat, please", not in "I sat down". */
export function meansDate(found: string, index: number, text: string): boolean {
  if (/^\d+d$/i.test(found)) return false;
  if (PLAIN.test(found) || !DOUBTFUL.test(found)) return true;
  return LEAD.test(text.slice(Math.max(0, index - MAX_LEAD), index)) && TAIL.test(text.slice(index + found.length));
}
