/** Countries whose names are also things, people or parts of other names: "turkey", "Chad", "panama hat". */
const DOUBTFUL =
  /^(?:turkey|china|chad|jordan|georgia|jersey|guernsey|guinea|panama|brazil|chile|cuba|israel|ireland|holland|england|france|wales|mali|niger|oman|india|peru|montserrat|dominica|germany|sweden|denmark|cyprus|malta|samoa|bermuda|america|lebanon|singapore|morocco|kenya|iran|congo|man)$/i;
/** What a country stands after. */
const LEAD =
  /(?:^|[.,;:!?(/]|(?<!\p{L})(?:in|from|to|of|at|for|near|via|through|across|around|visit|visiting|visited|live|lives|country|nation|nationality|citizen|is|it's|say|choose|pick|select|take|want|prefer|maybe|either|and|or|not|but|yes|no|then|also|please|ok|okay|well|uh|um|leaving|toward|towards|outside|inside|within|between|republic|south|north|east|west|southern|northern|eastern|western|central|mainland|to go to|aus|nach|in der|en|de|au|in|di|dari|ke))\s*$/iu;
/** What follows one. */
const TAIL =
  /^\s*(?:$|[^\p{L}\s]|(?:please|pls|thanks|thank|and|or|then|to|from|for|now|not|but|if|because|since|next|on|this|with|by|is (?:fine|ok|okay|good|great|it|the (?:country|place|one)|where|my (?:country|home|destination|choice|nationality))|it is|would be|will do|i (?:think|guess|believe|live|am|was)|bitte|por favor|und|oder|y|o|et|ou|e|atau|dan)(?!\p{L}))/iu;
const PERSON =
  /(?<!\p{L})(?:name(?:'s| is)|named|called|call me|i am|i'm|this is|mrs?\.?|ms\.?|dr\.?|spoke to|talk(?:ed)? to|speak to|thanks to)\s+$/iu;

/** Whether a name that was found in a text is a country there: "Turkey" is none in "a turkey sandwich". */
export function meansCountry({ 0: name, index }: RegExpExecArray, text: string): boolean {
  if (!DOUBTFUL.test(name)) return true;
  const before = text.slice(0, index);
  return LEAD.test(before) && TAIL.test(text.slice(index + name.length)) && !PERSON.test(before);
}
