import { findPhoneNumbersInText } from 'libphonenumber-js';

/** Phone numbers: what the numbering plans know, else 7 to 15 digits as written. Blanks and dashes are left out. */
export function findPhones(text: string): string[] {
  const known = findPhoneNumbersInText(text, { defaultCountry: 'US' });
  if (known.length > 0 && text.includes('+')) return known.map(({ number }) => number.number);
  const digits = (text.match(/[+(]?\d[\d\s().-]{5,22}\d/g) ?? []).map((match) => match.replace(/[^\d+]/g, ''));
  return digits.filter((number) => /^\+?\d{7,15}$/.test(number));
}
