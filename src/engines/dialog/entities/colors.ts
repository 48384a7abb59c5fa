import { own } from '../../../definition/json.js';

const SHADES = '(?:light|dark|bright|pale|deep|navy|sky|royal|forest|olive|lime|mint|hot|off|jet)';
/** Colours that are nothing else, and things whose names are colours. */
const PLAIN =
  'black|white|gr[ae]y|red|green|blue|yellow|purple|violet|pink|brown|golden|cyan|magenta|fuchsia|beige|maroon|navy|teal|turquoise|indigo|mauve|khaki|crimson|scarlet|burgundy|tan|taupe|transparent|metallic';
const THINGS =
  'orange|gold|silver|bronze|copper|aqua|lavender|lilac|plum|cream|ivory|olive|lime|mint|emerald|coral|salmon|peach|ruby|amber|mustard|chocolate|charcoal|ebony|platinum|rose';
const ENGLISH = new RegExp(
  String.raw`(?<![\p{L}\p{N}-])(?:${SHADES}[ -])?(?:${PLAIN}|${THINGS})(?![\p{L}\p{N}-])`,
  'giu',
);
const THING = new RegExp(`^(?:${THINGS})$`, 'i');

/** What has a colour in its name and is asked for by it: food and drink, and set phrases. */
const NAMED_AFTER =
  /^[ -](?:wine|cheese|tea|coffee|juice|jam|jelly|oil|cake|sugar|bread|meat|fillet|filet|rice|beans?|pepper|peppers|sauce|salad|soup|pie|bar|milk|chips?|cookies?|onions?|cabbage|lemonade|soda|liqueur|pudding|mousse|sorbet|ice|tree|trees|blossom|leaf|leaves|water|garden|medal|bay|gate|card|cards|house|cross|crescent|sea|market|mail|friday|list|hole|box office|belt|collar|carpet|tape|light district|flag|herring|peace|power|party|noise|spirit|lie|widow|magic|belly|pearl|panther|whale|bear|fox|berry|berries|day|bridge)(?!\p{L})/iu;
const IN_A_PHRASE =
  /(?:(?<!\p{L})(?:ice|whipped|sour|shaving|hand|sun|face|whipping|double|heavy|smoked|grilled|out of the|in the|into the)[ -]|(?:my name is|name's|i am|i'm|called|call me|named|with|from|for|mrs?\.?|ms\.?|dr\.?) )$/iu;
const PERSON = /(?:my name is|name's|called|call me|named|mrs?\.?|ms\.?|dr\.?|i am|i'm) $/iu;

/** The most common ones of the other languages of public bot files, in all their forms. */
const OTHERS: Readonly<Record<string, RegExp>> = {
  de: /(?<!\p{L})(?:(?:hell|dunkel)?(?:schwarz|weiß|weiss|grau|rot|grün|blau|gelb|orange|lila|violett|rosa|braun|türkis|beige)|gold(?:en)?|silber(?:n)?)(?:e[mnrs]?)?(?!\p{L})/giu,
  es: /(?<!\p{L})(?:negr[oa]s?|blanc[oa]s?|gris(?:es)?|roj[oa]s?|verdes?|azul(?:es)?|amarill[oa]s?|naranja|morad[oa]s?|violeta|rosad[oa]s?|rosa|marr[oó]n|dorad[oa]s?|platead[oa]s?|celeste|beige)(?: (?:clar[oa]|oscur[oa]))?(?!\p{L})/giu,
  fr: /(?<!\p{L})(?:noire?s?|blanc(?:he)?s?|grise?s?|rouges?|verte?s?|bleue?s?|jaunes?|orange|violette?s?|violet|roses?|marron|brune?s?|dorée?s?|argentée?s?|beige|turquoise)(?: (?:clair|foncé))?(?!\p{L})/giu,
  it: /(?<!\p{L})(?:ner[oaie]|bianc(?:o|a|hi|he)|grigi[oae]?|ross[oaie]|verd[ei]|blu|azzurr[oaie]|giall[oaie]|arancione|viola|rosa|marrone|dorat[oaie]|argentat[oaie]|beige)(?: (?:chiaro|scuro))?(?!\p{L})/giu,
  id: /(?<!\p{L})(?:hitam|putih|abu-abu|merah(?: muda)?|hijau|biru|kuning|oranye|jingga|ungu|cokelat|coklat|emas|perak)(?: (?:muda|tua))?(?!\p{L})/giu,
};

/** Colours that a text names, as written. "An orange", "red wine" and "my name is Amber" name none. */
export function findColors(text: string, language: string): string[] {
  const other = own(OTHERS, language);
  const spoken = other ? (text.match(other) ?? []) : [];
  return spoken.length > 0
    ? [...spoken]
    : [...text.matchAll(ENGLISH)].filter((found) => isColor(found, text)).map(([name]) => name);
}

function isColor({ 0: name, index }: RegExpExecArray, text: string): boolean {
  const before = text.slice(0, index);
  const after = text.slice(index + name.length);
  if (NAMED_AFTER.test(after)) return false;
  if (!THING.test(name)) return !IN_A_PHRASE.test(before) || !/(?:the|ice)[ -]$/i.test(before) || /\p{L}/u.test(after);
  if (PERSON.test(before) || (IN_A_PHRASE.test(before) && !/(?:with|from|for) $/i.test(before))) return false;
  // A thing, not its colour: "an orange", "two limes"; and a person: "Ruby Smith".
  if (/(?<!\p{L})(?:an?|some|one|two|more|the fresh) $/iu.test(before) && !/^ \p{L}/u.test(after)) return false;
  return !(/^\p{Lu}/u.test(name) && /^ \p{Lu}\p{Ll}/u.test(after));
}
