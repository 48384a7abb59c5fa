import { type Amount, findAmountsIn, standsAlone, tidy } from './amounts.js';
import { UNITS_PATTERN, type Unit, unitCalled } from './units.js';

export interface Quantity {
  unit: string;
  amount: number;
  /** Length, weight, …; empty for a bare number without a default unit. */
  type: string;
  /** As the user wrote it. */
  source: string;
}

const LETTER = /\p{Script=Latin}/u;

interface Measured {
  amount: Amount;
  unit: Unit;
  end: number;
}

/**
 * Quantities with their units in a text: `5 kg`, `two litres`, `3 feet 4 inches` as one. In an answer a bare number has the
 * default unit.
 */
export function findQuantities(text: string, locale: string, answers: boolean, defaultUnit: string): Quantity[] {
  const amounts = findAmountsIn(text, locale, false).filter(
    ({ start }) => text.charAt(start) === ' ' || !LETTER.test(text.charAt(start - 1)),
  );
  const units = [...text.matchAll(UNITS_PATTERN)];
  const measured = amounts.flatMap((amount): Measured[] => {
    const match = units.find(
      ({ index }) => index >= amount.end && /^[\s-]{0,2}(?:an?\s|of\s)?$/i.test(text.slice(amount.end, index)),
    );
    const unit = match && unitCalled(match[0]);
    const bare = unitCalled(defaultUnit);
    return match && unit && isUnit(match, text, amount, bare)
      ? [{ amount, unit, end: match.index + match[0].length }]
      : [];
  });
  if (measured.length > 0) return joined(measured, text);
  const unit = unitCalled(defaultUnit);
  return answers
    ? amounts
        .filter((amount) => !amount.article && !LETTER.test(text.charAt(amount.end)) && standsAlone(text, amount))
        .map(({ value, start, end }) => ({
          unit: unit?.name ?? defaultUnit,
          amount: value,
          type: unit?.type ?? '',
          source: text.slice(start, end).trim(),
        }))
    : [];
}

/** Whether an abbreviation is a unit where it stands: most short ones are words or letters as well. */
function isUnit(
  { 0: written, index }: RegExpExecArray,
  text: string,
  { start, end, value }: Amount,
  asked: Unit | undefined,
): boolean {
  const after = text.slice(index + written.length);
  const touches = index === end;
  switch (written.toLowerCase()) {
    case 'in':
      return touches || /^\s*(?:$|[.,;!?)x×*])/.test(after) || MEASURED.test(after);
    case 'b':
      return asked?.type === 'memory' || value >= LEAST_BYTES;
    case 'c':
    case 'f':
    case 'k':
      return !/^\s+of\b/i.test(after);
    case "'":
    case '"':
      // The 90's, and a number in quotation marks.
      return !/^\p{L}/u.test(after) && text.charAt(start - 1) !== written;
    default:
      return true;
  }
}

/** What follows "in" where it is short for inches. */
const MEASURED =
  /^\s+(?:wide|long|high|tall|deep|thick|across|by|and|or|x|diagonal|screen|diameter|radius|of|please|pls|thanks|is|would|will|max|maximum|minimum|pipe|hose|display|monitor|tv)(?!\p{L})/iu;
/** Bytes that are written with one letter in a text that is not about memory. */
const LEAST_BYTES = 100;

/** Parts of one quantity, each in a smaller unit than the one before, are one in the unit of the first. */
function joined(measured: readonly Measured[], text: string): Quantity[] {
  const found: (Quantity & { last: Unit; first: Unit; start: number; end: number })[] = [];
  for (const { amount, unit, end } of measured) {
    const before = found.at(-1);
    const goesOn =
      before !== undefined &&
      before.last.measure === unit.measure &&
      before.last.size > unit.size &&
      /^[\s,]*(?:and\s+)?$/i.test(text.slice(before.end, amount.start));
    if (goesOn) {
      before.amount = tidy(before.amount + (amount.value * unit.size) / before.first.size);
      before.last = unit;
      before.end = end;
      before.source = text.slice(before.start, end).trim();
    } else {
      const { name, type } = unit;
      const { value, start } = amount;
      found.push({
        unit: name,
        amount: value,
        type,
        source: text.slice(start, end).trim(),
        last: unit,
        first: unit,
        start,
        end,
      });
    }
  }
  return found.map(({ unit, amount, type, source }) => ({ unit, amount, type, source }));
}
