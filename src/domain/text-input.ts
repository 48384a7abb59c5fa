import { badInput } from '../errors.js';

/** Characters of a name and of a longer text; beyond: BAD_USER_INPUT. */
export const MAX_NAME = 200;
const MAX_TEXT = 4000;

/** A name without blanks around it. BAD_USER_INPUT (`field`) when it is empty or too long. */
export function nameInput(value: string, field = 'name'): string {
  const name = value.trim();
  if (name === '') throw badInput(field, `Give a ${field}: it is empty.`);
  if (name.length > MAX_NAME) throw badInput(field, `The ${field} may have at most ${MAX_NAME} characters.`);
  return name;
}

/** A comment, description or reason; empty is null. BAD_USER_INPUT (`field`) when it is too long. */
export function textInput(value: string | null | undefined, field: string): string | null {
  const text = value?.trim() ?? '';
  if (text.length > MAX_TEXT) throw badInput(field, `The ${field} may have at most ${MAX_TEXT} characters.`);
  return text === '' ? null : text;
}

/** A reason that must be there. BAD_USER_INPUT (`reason`). */
export function reasonInput(value: string): string {
  const reason = textInput(value, 'reason');
  if (reason === null) throw badInput('reason', 'Give a reason: the developer is shown it.');
  return reason;
}

const LANGUAGE = /^[A-Za-z]{2,3}([-_][A-Za-z0-9]+)*$/;

/** A language code such as `en` or `pt-BR`. BAD_USER_INPUT (`field`). */
export function languageInput(value: string, field = 'language'): string {
  if (!LANGUAGE.test(value)) throw badInput(field, `"${value}" is not a language code. Use one like "en" or "pt-BR".`);
  return value;
}

const EMAIL = /^[^\s@]+@[^\s@]+$/;
/** Characters of an e-mail address (RFC 5321 §4.5.3.1); beyond: BAD_USER_INPUT. */
export const MAX_EMAIL = 254;

export const isEmail = (text: string): boolean => text.length <= MAX_EMAIL && EMAIL.test(text);

/** An e-mail address in lower case, or null for none. BAD_USER_INPUT (`email`). */
export function emailInput(value: string | null | undefined): string | null {
  const email = value?.trim().toLowerCase() ?? '';
  if (email === '') return null;
  if (!isEmail(email)) throw badInput('email', 'This is not an e-mail address.');
  return email;
}
