import { plainWords, type Utterance } from '../../definition/words.js';
import { type Lexicon, matchPattern, parsePattern } from './understanding/pattern.js';

/** What a command ends: the running task, after which one on hold goes on, or everything. */
export type Cancelling = 'TASK' | 'EVERYTHING';

const VERBS =
  'cancel | cancle | cancell | canel | cansel | cacnel | discard | stop | quit | exit | abort | terminate | ' +
  'end | reset | call off | give up';
const IDIOMS =
  'never mind | nevermind | nvm | forget it | forget that | forget this | forget about it | ' +
  'forget about that | drop it | scrap it | scrap that | start over | start again | start all over | ' +
  'start afresh | start from scratch | start from the beginning | begin again | restart | back to start | ' +
  'go back to the start | back to the beginning | main menu | i give up | get me out of here | get me out | ' +
  'let me out | i changed my mind | i quit | abort mission | enough | that is enough | enough of this | ' +
  'i have had enough | leave me alone | i do not want this anymore | i do not want this any more | ' +
  'i do not want to do this anymore | i do not want to continue | clear all | clear everything | clean all | ' +
  'clean everything';
const OBJECTS =
  'it | this | that | task | the task | this task | current task | the current task | dialog | this dialog | ' +
  'the dialog | process | the process | this process | operation | conversation | the conversation | ' +
  'this conversation | chat | this chat | the chat | here | this thing | what you are doing | talking | ' +
  'asking | asking me | asking questions | session | this session | the session | request | this request | ' +
  'the request';
const EVERYTHING =
  'all | everything | all of it | all of this | all that | all this | all tasks | all the tasks | the whole thing | the lot';
const LEADS =
  'please | pls | plz | ok | okay | no | oh | well | hey | just | now | actually | sorry | wait | then | so | ' +
  'um | uh | i want to | i would like to | i need to | i wish to | i just want to | i have to | let us | ' +
  'let us just | can you | can we | could you | could we | would you | will you | you can | you may | lets | ' +
  'i will | i am going to';
const TAILS =
  'please | now | thanks | thank you | then | for now | right now | right away | immediately | here | ' +
  'already | at once | ok | sorry | pls | plz | altogether';

const split = (texts: string): string[] => texts.split(' | ').sort((one, other) => other.length - one.length);
const group = (texts: string): string => `(?:${split(texts).join('|')})`;
const COMMAND = new RegExp(
  `^(?:${group(LEADS)} )*(?:${group(VERBS)}(?: (?:${group(OBJECTS)}|${group(EVERYTHING)}))?|${group(IDIOMS)})(?: ${group(TAILS)})*$`,
);
/** How a wish to cancel something in particular begins. */
const BEGINNING = new RegExp(`^(?:${group(LEADS)} )*(?:${group(VERBS)})(?: |$)`);
/** The words that a command may begin with: few texts do. */
const FIRST_WORDS = new Set([LEADS, VERBS, IDIOMS].flatMap(split).map((phrase) => phrase.split(' ')[0]));
const VERB_SET = new Set(split(VERBS));

/** The same commands in the other languages that public bot files have. */
const IN_OTHERS: Readonly<Record<string, string>> = {
  de: 'abbrechen | abbruch | stopp | beenden | vergiss es | schluss | von vorne | neu anfangen | neustart | aufhoren | hor auf | bitte abbrechen | alles abbrechen | ich mochte abbrechen | ende',
  es: 'cancelar | cancela | cancelalo | parar | para | detener | detente | salir | terminar | olvidalo | olvidelo | dejalo | empezar de nuevo | reiniciar | cancelar todo | quiero cancelar | quiero salir',
  fr: 'annuler | annule | annulez | arreter | arrete | arretez | quitter | laisse tomber | laissez tomber | oublie | oubliez | recommencer | abandonner | tout annuler | je veux annuler | stop',
  it: 'annulla | annullare | ferma | fermati | basta | esci | uscire | lascia perdere | lascia stare | dimentica | ricomincia | ricominciare | annulla tutto | voglio annullare',
  id: 'batal | batalkan | berhenti | keluar | lupakan | lupakan saja | mulai lagi | ulang dari awal | batalkan semua | sudahi | hentikan | stop',
};

const ELSEWHERE = new Map(Object.entries(IN_OTHERS).map(([code, texts]) => [code, new Set(split(texts))]));

/** The concept by which the author of a bot names the only words that discard (platform: "System Commands"). */
const OWN_CONCEPT = '~bot_commands_override_discard';
const OWN = parsePattern(`< ${OWN_CONCEPT} >`);

/** The words of a bot that commands are told by. */
interface Words {
  lexicon: Lexicon;
  synonyms: Readonly<Record<string, readonly string[]>>;
}

/** What a text as a whole asks to end; null when it is no such command. A bot's own words for it replace all others. */
export function cancelling({ text, plain }: Utterance, language: string, words: Words): Cancelling | null {
  if (text.length > MAX_COMMAND) return null;
  const said = withoutAccents(plain.join(' '));
  if (hasOwn(words)) return matchPattern(OWN, plain, words.lexicon) ? extent(said) : null;
  if (beginsLikeOne(said) && COMMAND.test(said)) return extent(said);
  return ELSEWHERE.get(language.slice(0, 2).toLowerCase())?.has(said) ? extent(said) : null;
}

const hasOwn = ({ synonyms }: Words): boolean =>
  (synonyms[OWN_CONCEPT] ?? synonyms[OWN_CONCEPT.slice(1)] ?? []).length > 0;

/** Whether a text may be a command, by its first letters: most answers are told apart before they are cut into words. */
export function mayCancel(text: string, language: string, words: Words): boolean {
  if (text.length > MAX_COMMAND) return false;
  const first = /^[^a-z0-9]*([a-z]+)/i.exec(text)?.[1]?.toLowerCase();
  return first === undefined || FIRST_WORDS.has(first) || !language.startsWith('en') || hasOwn(words);
}

const beginsLikeOne = (said: string): boolean => FIRST_WORDS.has(said.split(' ', 1)[0]);

const withoutAccents = (text: string): string =>
  /[^ -~]/.test(text) ? text.normalize('NFD').replace(/[\u0300-\u036f]/g, '') : text;

/** Whether a text begins as a wish to cancel something: "cancel my order". */
export function beginsCancelling(text: string): boolean {
  if (text.length > MAX_COMMAND) return false;
  const said = plainWords(text).join(' ');
  return beginsLikeOne(said) && BEGINNING.test(said);
}

/** Whether the verb of a command stands in the question as well. */
export function repeatsCommand(text: string, question: string): boolean {
  const asked = new Set(plainWords(question));
  return plainWords(text).some((word) => asked.has(word) && VERB_SET.has(word));
}

/** Characters beyond which a text is no command. */
const MAX_COMMAND = 120;

const extent = (said: string): Cancelling =>
  /\b(?:all|everything|whole|lot|alles|todo|tout|tutto|semua)\b/.test(said) ? 'EVERYTHING' : 'TASK';
