/** Numbers in words from 0 to 20, then the tens up to 100, by language; articles are none. */
const WORDS: Readonly<Record<string, string>> = {
  de: 'null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig hundert',
  es: 'cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete dieciocho diecinueve veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa cien',
  fr: 'zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept dix-huit dix-neuf vingt trente quarante cinquante soixante soixante-dix quatre-vingts quatre-vingt-dix cent',
  it: 'zero uno due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici quindici sedici diciassette diciotto diciannove venti trenta quaranta cinquanta sessanta settanta ottanta novanta cento',
  id: 'nol satu dua tiga empat lima enam tujuh delapan sembilan sepuluh sebelas dua-belas tiga-belas empat-belas lima-belas enam-belas tujuh-belas delapan-belas sembilan-belas dua-puluh tiga-puluh empat-puluh lima-puluh enam-puluh tujuh-puluh delapan-puluh sembilan-puluh seratus',
};
/** Words of an answer in which a word for a number means it: in longer texts it is often another ("neuf", "sei"). */
const MAX_WORDS = 3;

/** The number that a short answer says in a word of its language. */
export function numberIn(text: string, language: string): number | null {
  const words: string[] = text.toLowerCase().match(/[\p{L}-]+/gu) ?? [];
  if (words.length > MAX_WORDS || !Object.hasOwn(WORDS, language)) return null;
  const known = (WORDS[language] ?? '').split(' ').map((word) => word.replace('-', language === 'id' ? ' ' : '-'));
  const joined = words.join(' ');
  const at = known.indexOf(joined) === -1 ? known.findIndex((word) => words.includes(word)) : known.indexOf(joined);
  if (at === -1) return null;
  return at <= 20 ? at : (at - 18) * 10;
}
