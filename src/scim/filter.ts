import { invalidFilter } from './scim-error.js';

/** An attribute, or a part of it: `emails`, `name.familyName`. Names are in lower case: they are told apart by nothing else. */
export interface AttributePath {
  /** URN of the extension that it belongs to; null for the core schema. */
  schema: string | null;
  attribute: string;
  sub: string | null;
}

export type Comparison = 'eq' | 'ne' | 'co' | 'sw' | 'ew' | 'gt' | 'ge' | 'lt' | 'le';
export type FilterValue = string | number | boolean | null;

/** A filter of RFC 7644 §3.4.2.2. `has`: one value of a list has all that `part` asks for. */
export type Filter =
  | { op: 'and'; parts: Filter[] }
  | { op: 'or'; parts: Filter[] }
  | { op: 'not'; part: Filter }
  | { op: 'pr'; path: AttributePath }
  | { op: Comparison; path: AttributePath; value: FilterValue }
  | { op: 'has'; path: AttributePath; part: Filter };

/** Characters of a filter; beyond: invalidFilter. */
const MAX_LENGTH = 4_096;
/** Levels of brackets; beyond: invalidFilter. */
const MAX_DEPTH = 32;
const COMPARISONS: ReadonlySet<string> = new Set(['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le']);
const CORE = /^urn:ietf:params:scim:schemas:core:2\.0:(user|group)$/;
const NAME = /^[a-z$][\w$-]*$/;
const TOKEN = /\s*(?:("(?:[^"\\]|\\.)*")|([()[\]])|([\w$:.+-]+))/y;
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[+-]?\d+)?$/i;

interface Token {
  kind: 'TEXT' | 'BRACKET' | 'WORD' | 'END';
  text: string;
  at: number;
}

/** The path of an attribute as filters and patches write it; null when it is none. */
export function readAttributePath(text: string): AttributePath | null {
  const colon = text.lastIndexOf(':');
  const schema = colon < 0 ? null : text.slice(0, colon).toLowerCase();
  const [attribute = '', sub = null, ...more] = text
    .slice(colon + 1)
    .toLowerCase()
    .split('.');
  if (more.length > 0 || !NAME.test(attribute) || (sub !== null && !NAME.test(sub))) return null;
  if (schema !== null && !schema.startsWith('urn:')) return null;
  return { schema: schema !== null && CORE.test(schema) ? null : schema, attribute, sub };
}

/** ScimError `invalidFilter`, which names the position of what is wrong. */
export function parseFilter(text: string): Filter {
  if (text.length > MAX_LENGTH) throw invalidFilter(`A filter may have at most ${MAX_LENGTH} characters.`);
  const parser = new Parser(tokensOf(text));
  const filter = parser.any();
  parser.end();
  return filter;
}

/** `attribute[filter].sub`, the form of a path in a patch. */
export function parseValuePath(text: string): { path: AttributePath; part: Filter | null } | null {
  const open = text.indexOf('[');
  if (open < 0) {
    const path = readAttributePath(text);
    return path && { path, part: null };
  }
  const close = text.lastIndexOf(']');
  const path = readAttributePath(text.slice(0, open));
  const rest = text.slice(close + 1);
  if (!path || path.sub !== null || close < open) return null;
  const sub = rest === '' ? null : rest.slice(1).toLowerCase();
  if (rest !== '' && (rest[0] !== '.' || !NAME.test(sub ?? ''))) return null;
  return { path: { ...path, sub }, part: parseFilter(text.slice(open + 1, close)) };
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (text.slice(at).trim() !== '') {
    TOKEN.lastIndex = at;
    const found = TOKEN.exec(text);
    if (!found) throw invalidFilter(`The filter cannot be read at position ${at}.`);
    const [whole, quoted, bracket, word = ''] = found;
    const start = at + whole.length - (quoted ?? bracket ?? word).length;
    if (quoted !== undefined) tokens.push({ kind: 'TEXT', text: unquoted(quoted, start), at: start });
    else if (bracket !== undefined) tokens.push({ kind: 'BRACKET', text: bracket, at: start });
    else tokens.push({ kind: 'WORD', text: word, at: start });
    at += whole.length;
  }
  return [...tokens, { kind: 'END', text: 'the end', at: text.length }];
}

function unquoted(text: string, at: number): string {
  try {
    return JSON.parse(text);
  } catch {
    throw invalidFilter(`The text at position ${at} of the filter is not a JSON string.`);
  }
}

/** `not` binds closer than `and`, `and` closer than `or`. */
class Parser {
  private at = 0;
  private depth = 0;
  constructor(private readonly tokens: readonly Token[]) {}

  any(): Filter {
    return this.joined('or', () => this.joined('and', () => this.single()));
  }

  end(): void {
    if (this.peek().kind !== 'END') this.fail('the end');
  }

  private joined(op: 'and' | 'or', part: () => Filter): Filter {
    const first = part();
    const parts = [first];
    while (this.takeWord(op)) parts.push(part());
    return parts.length === 1 ? first : { op, parts };
  }

  private single(): Filter {
    const next = this.tokens[this.at + 1];
    if (this.isWord('not') && next?.text === '(' && next.kind === 'BRACKET') {
      this.at += 1;
      return { op: 'not', part: this.bracketed('(', ')') };
    }
    if (this.isBracket('(')) return this.bracketed('(', ')');
    return this.attribute();
  }

  private bracketed(open: string, close: string): Filter {
    if (!this.takeBracket(open)) this.fail(`"${open}"`);
    this.depth += 1;
    if (this.depth > MAX_DEPTH) throw invalidFilter(`A filter may have at most ${MAX_DEPTH} levels of brackets.`);
    const filter = this.any();
    this.depth -= 1;
    if (!this.takeBracket(close)) this.fail(`"${close}"`);
    return filter;
  }

  private attribute(): Filter {
    const token = this.peek();
    const path = token.kind === 'WORD' ? readAttributePath(token.text) : null;
    if (!path) this.fail('an attribute');
    this.at += 1;
    if (this.isBracket('[')) return this.valueOf(path);
    return this.compared(path);
  }

  /** `emails[type eq "work"]`, which some clients go on with: `.value eq "…"`. */
  private valueOf(path: AttributePath): Filter {
    const part = this.bracketed('[', ']');
    const { kind, text } = this.peek();
    if (kind !== 'WORD' || !text.startsWith('.')) return { op: 'has', path, part };
    const sub = readAttributePath(text.slice(1));
    if (!sub) this.fail('an attribute');
    this.at += 1;
    return { op: 'has', path, part: { op: 'and', parts: [part, this.compared(sub)] } };
  }

  private compared(path: AttributePath): Filter {
    if (this.takeWord('pr')) return { op: 'pr', path };
    const op = this.peek().text.toLowerCase();
    if (this.peek().kind !== 'WORD' || !isComparison(op)) this.fail('an operator such as eq');
    this.at += 1;
    return { op, path, value: this.value() };
  }

  private value(): FilterValue {
    const { kind, text } = this.peek();
    this.at += 1;
    if (kind === 'TEXT') return text;
    if (kind === 'WORD') {
      const word = text.toLowerCase();
      if (word === 'true' || word === 'false') return word === 'true';
      if (word === 'null') return null;
      if (NUMBER.test(text)) return Number(text);
    }
    this.at -= 1;
    return this.fail('a value: a "text", a number, true, false or null');
  }

  private peek(): Token {
    const token = this.tokens[this.at];
    if (!token) throw new Error('the last token is the end');
    return token;
  }

  private isWord(word: string): boolean {
    const { kind, text } = this.peek();
    return kind === 'WORD' && text.toLowerCase() === word;
  }

  private takeWord(word: string): boolean {
    const is = this.isWord(word);
    if (is) this.at += 1;
    return is;
  }

  private isBracket(bracket: string): boolean {
    const { kind, text } = this.peek();
    return kind === 'BRACKET' && text === bracket;
  }

  private takeBracket(bracket: string): boolean {
    const is = this.isBracket(bracket);
    if (is) this.at += 1;
    return is;
  }

  private fail(expected: string): never {
    const { kind, text, at } = this.peek();
    const found = kind === 'END' ? 'it ends' : `there is "${text.slice(0, 40)}"`;
    throw invalidFilter(`The filter should have ${expected} at position ${at}, where ${found}.`);
  }
}

const isComparison = (op: string): op is Comparison => COMPARISONS.has(op);
