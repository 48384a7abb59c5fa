import { FUNCTION_WORDS } from '../../../definition/function-words.js';
import { findCountries } from './countries.js';

/**
 * The place that an answer names. There is no list of all places here: whatever has the shape of a name counts, unless it is
 * words of a conversation ("hello", "not sure").
 */
export function placeIn(text: string, language: string): string | null {
  const place = withoutLead(text);
  const words = place.toLowerCase().split(/[\s,]+/);
  if (!/^[\p{L}\p{M}\p{N}][\p{L}\p{M}\p{N}'’.,/&() -]*$/u.test(place) || !/\p{L}{2}/u.test(place)) return null;
  if (words.length > MAX_WORDS && !/\d|,/.test(place)) return null;
  if (findCountries(place, language).length > 0) return place;
  return isTalk(words) ? null : place;
}

/** Words of the longest place without a comma or a number in it. */
const MAX_WORDS = 6;

/** A postal address: a place with a number or several parts. */
export function addressIn(text: string, language: string): string | null {
  const address = withoutLead(text);
  const words = address.split(/\s+/);
  const parts = words.length > 1 && (/\d/.test(address) || /,|\n/.test(address));
  const letters = /\p{L}{2}/u.test(address) && !/[?]$/.test(text.trim());
  if (parts && letters) return address;
  return findCountries(address, language).length > 0 ? address : null;
}

const withoutLead = (text: string): string =>
  text
    .trim()
    .replace(
      /^(?:(?:i am|i'm|im|we are|we're|i live|i stay|i will be|it is|it's|its|this is|my (?:city|address|location) is|the (?:city|address) is)\s+)?(?:(?:in|at|from|to|near|around)\s+)?/i,
      '',
    )
    .replace(/[.!]+$/, '')
    .trim();

/** Whether words are an answer in a conversation and name nobody and nothing: "hello", "not sure", "I don't know". */
export function isTalk(words: readonly string[]): boolean {
  const plain = words.map((word) => word.replace(/[.!?,;:]+$/, '')).filter((word) => word !== '');
  if (plain.length > 1 && plain.some((word) => SPEECH.has(word))) return true;
  return plain.some((word) => TALK.has(word)) || plain.every((word) => FILLERS.has(word) || FUNCTION_WORDS.has(word));
}

/** Words that stand in no name. */
const TALK: ReadonlySet<string> = new Set(
  (
    'hello hi hey hiya howdy hallo hola bonjour greetings bye goodbye cheers thanks thank thankyou please sorry ' +
    'yes yeah yep yup nope nah ok okay cancel quit exit discard help skip idk dunno ' +
    "what which who whom whose why how whatever whenever knows don't dont cannot can't won't didn't want need know think " +
    'anything something anyone someone everything nobody everyone anywhere somewhere nowhere nothing lol haha hmm ' +
    'idea clue business told tell telling depends whatsoever usual because possible please maybe blah asdf qwerty xyz ' +
    'ahnung keine nicht egal hallo danke bitte tschüss warum wieso weshalb weiß weiss ' +
    'sé idea igual hola gracias qué quién porque siempre nada ' +
    'sais pas aucune idée importe bonjour bonsoir salut merci pourquoi quoi rien ' +
    'boh ciao grazie perché niente tidak nggak tahu tau terserah halo kenapa mengapa apa makasih'
  ).split(' '),
);

/** Words that stand in no name of several words. */
const SPEECH: ReadonlySet<string> = new Set(
  (
    'i you we they he she my your our their me him us them it is are am was were been has have had does did that this these those ' +
    'not would could should if just let same before after soon morning evening second minute sec thoughts than very'
  ).split(' '),
);

/** Words that are no name by themselves. */
const FILLERS: ReadonlySet<string> = new Set(
  (
    'none never sure fine maybe perhaps stop menu start restart back again say said got make made must did had good bad great ' +
    'cool awesome well much many more less test testing um uh wow oops today tomorrow yesterday tonight now later soon here ' +
    'name city country place address location number email phone where when'
  ).split(' '),
);
