import { type Amount, findAmountsIn, tidy } from './amounts.js';
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
  const amounts = findAmountsIn(text, locale, false).filter(({ start }) => !LETTER.test(text.charAt(start - 1)));
  const units = [...text.matchAll(UNITS_PATTERN)];
  const measured = amounts.flatMap((amount): Measured[] => {
    const match = units.find(
      ({ index }) => index >= amount.end && /^[\s-]{0,2}(?:an?\s|of\s)?$/i.test(text.slice(amount.end, index)),
    );
    const unit = match && unitCalled(match[0]);
    return match && unit ? [{ amount, unit, end: match.index + match[0].length }] : [];
  });
  if (measured.length > 0) return joined(measured, text);
  const unit = unitCalled(defaultUnit);
  return answers
    ? amounts
        .filter(({ article, end }) => !article && !LETTER.test(text.charAt(end)))
        .map(({ value, start, end }) => ({
          unit: unit?.name ?? defaultUnit,
          amount: value,
          type: unit?.type ?? '',
          source: text.slice(start, end),
        }))
    : [];
}

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
      before.source = text.slice(before.start, end);
    } else {
      const { name, type } = unit;
      const { value, start } = amount;
      found.push({
        unit: name,
        amount: value,
        type,
        source: text.slice(start, end),
        last: unit,
        first: unit,
        start,
        end,
      });
    }
  }
  return found.map(({ unit, amount, type, source }) => ({ unit, amount, type, source }));
}
