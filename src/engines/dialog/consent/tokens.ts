import { words } from '../../../definition/words.js';

/** Stands between two clauses of an answer. */
export const BOUNDARY = '|';
/** Characters of an answer that are read; consent is short. */
const MAX_READ = 400;

const SIGNS: readonly [RegExp, string][] = [
  [/[\u{1F3FB}-\u{1F3FF}]|\uFE0F|\u200D|\u2640|\u2642/gu, ''], // skin tones and genders of emoji
  [/👍|👌|🆗|💯|🙆|🙌|:(?:thumbsup|\+1|ok_hand):/gu, ' thumbsup '],
  [/✅|✔|☑/gu, ' ticked '],
  [/👎|🙅|:(?:thumbsdown|-1|man-gesturing-no|woman-gesturing-no):/gu, ' thumbsdown '],
  [/❌|✖|✗|🚫|⛔|🛑/gu, ' crossed '],
  [/🤔|😕|🤨|:thinking(?:_face)?:/gu, ' thinkface '],
  [/🤷|:shrug:/gu, ' shrug '],
  [/🙂|😀|😊|😄|👏|🎉|🙏|❤|:\)|:-\)|:D/gu, ' smiley '],
  [/\bo\.\s?k\b\.?/gi, ' ok '],
  [/(?<![\d.,])100 ?%/g, ' 100 percent '],
  [/(\p{L})\/(\p{L})/gu, '$1 slash $2'],
  [/[¿？]/gu, '?'],
];

/** Spellings without an apostrophe, and words of chats. */
const SPELLINGS: Readonly<Record<string, string>> = {
  dont: 'do not',
  doesnt: 'does not',
  didnt: 'did not',
  isnt: 'is not',
  arent: 'are not',
  wasnt: 'was not',
  wouldnt: 'would not',
  shouldnt: 'should not',
  couldnt: 'could not',
  cant: 'can not',
  cannot: 'can not',
  wont: 'will not',
  aint: 'is not',
  havent: 'have not',
  thats: 'that is',
  its: 'it is',
  im: 'i am',
  lets: 'let us',
  youre: 'you are',
  wanna: 'want to',
  gotta: 'have to',
  "let's": 'let us',
  okthx: 'ok thanks',
  nvm: 'never mind',
  ofc: 'of course',
  def: 'definitely',
  cuz: 'because',
  pls: 'please',
  plz: 'please',
  u: 'you',
  ur: 'your',
  r: 'are',
};

/** The tokens of an answer: lower-case words without accents, contractions written out, clauses apart. */
export function tokensOf(text: string): string[] {
  const signed = SIGNS.reduce((result, [sign, name]) => result.replace(sign, name), text.slice(0, MAX_READ));
  const clauses = signed.split(/[.,;:!…\n"()]+|\s[-–—]+\s|—/u);
  const found = clauses.map((clause) => words(clause).flatMap(spelledOut)).filter((clause) => clause.length > 0);
  return found.flatMap((clause, at) => (at === 0 ? clause : [BOUNDARY, ...clause]));
}

function spelledOut(word: string): string[] {
  const plain = word
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .replaceAll('ß', 'ss');
  const would = /^(\p{L}+)'d$/u.exec(plain)?.[1];
  if (would) return [would, 'would'];
  const spelling = Object.hasOwn(SPELLINGS, plain) ? SPELLINGS[plain] : undefined;
  return spelling?.split(' ') ?? [plain];
}

/** The known word that a token is a drawn-out or mistyped form of ("yesss", "noo", "defintely"); else the token. */
export function corrected(token: string, known: ReadonlySet<string>): string {
  if (token === BOUNDARY || known.has(token)) return token;
  for (const letters of ['$1$1', '$1']) {
    const shorter = token.replace(/(\p{L})\1{2,}/gu, letters);
    if (known.has(shorter)) return shorter;
  }
  const single = token.replace(/(\p{L})\1+/gu, '$1');
  if (known.has(single)) return single;
  if (token.length < MIN_MISTYPED) return token;
  const near = [...known].filter((word) => word.length >= MIN_MISTYPED && word[0] === token[0] && isNear(word, token));
  return near.length === 1 && near[0] !== undefined ? near[0] : token;
}

/** Letters of a word from which one typing mistake is forgiven: shorter ones are other words too often. */
const MIN_MISTYPED = 6;

/** Whether one insertion, deletion, change or swap of neighbours leads from one word to the other. */
function isNear(one: string, other: string): boolean {
  if (Math.abs(one.length - other.length) > 1) return false;
  let start = 0;
  while (start < one.length && one[start] === other[start]) start += 1;
  const rest = one.slice(start);
  const otherRest = other.slice(start);
  return (
    rest.slice(1) === otherRest.slice(1) ||
    rest.slice(1) === otherRest ||
    rest === otherRest.slice(1) ||
    (rest[0] === otherRest[1] && rest[1] === otherRest[0] && rest.slice(2) === otherRest.slice(2))
  );
}
