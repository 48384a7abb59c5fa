/** A part of a text between two connectors. */
export interface Part {
  start: number;
  end: number;
  /** Whether it is to come before the part in front of it: "but first …". */
  earlier: boolean;
}

/** What stands between two wishes of one text (platform: "Multi-Intent Detection"). */
const NEXT =
  'and | then | also | plus | next | later | later on | finally | lastly | second | secondly | third | thirdly | afterwards | afterward | after that | after this | ' +
  'after which | following that | following this | followed by | once that is done | once done | when that is done | when done | as well as | together with | ' +
  'along with | in addition | in addition to that | additionally | before | besides | furthermore | moreover | ' +
  'und | dann | danach | sowie | y | luego | despues | et | puis | ensuite | e | poi | dan | lalu | kemudian';
/** The same where what follows is to be done first. */
const EARLIER =
  'before that | before this | before you do that | before doing that | prior to that | prior to this | beforehand | first | but first | first of all | after | zuvor | vorher | antes | avant | prima | sebelum itu';

const split = (texts: string): string[][] => texts.split(' | ').map((phrase) => phrase.split(' '));
const CONNECTORS = [
  ...split(EARLIER).map((words) => ({ words, earlier: true })),
  ...split(NEXT).map((words) => ({ words, earlier: false })),
].sort((one, other) => other.words.length - one.words.length);

/** Words, and marks that end a clause: a dot or comma inside a number does not. */
const TOKEN = /[\p{L}\p{M}\p{N}]+(?:['’.,@/:-][\p{L}\p{M}\p{N}]+)*|[;,.!?&+\n]/gu;
const MARK = /^[;,.!?&+\n]$/;

/** Cuts a text at its connectors. */
export function partsOf(text: string): Part[] {
  const tokens = [...text.matchAll(TOKEN)].map((match) => ({
    word: match[0].toLowerCase(),
    start: match.index,
    end: match.index + match[0].length,
  }));
  const parts: Part[] = [];
  let open: Part | null = null;
  let earlier = false;
  for (let at = 0; at < tokens.length; ) {
    const token = tokens[at];
    if (!token) break;
    const connector = CONNECTORS.find(({ words }) => words.every((word, offset) => tokens[at + offset]?.word === word));
    if (connector || MARK.test(token.word)) {
      // "And before that, …": the mark in between changes nothing.
      earlier = connector ? connector.earlier || (open === null && earlier) : open === null && earlier;
      open = null;
      at += connector?.words.length ?? 1;
      continue;
    }
    if (open) open.end = token.end;
    else {
      open = { start: token.start, end: token.end, earlier };
      parts.push(open);
      earlier = false;
    }
    at += 1;
  }
  return parts;
}
