import { badInput } from '../../errors.js';

/** Characters of an access token; a longer one is refused. */
const MAX_TOKEN = 4096;
const HEADER_SAFE = /^[\x21-\x7e]+$/;

/** An access token as it will stand behind `Bearer`. BAD_USER_INPUT (`field`). */
export function accessTokenInput(value: string, field = 'accessToken'): string {
  if (value.length > MAX_TOKEN || !HEADER_SAFE.test(value)) {
    throw badInput(
      field,
      `The access token is sent in a header: up to ${MAX_TOKEN} visible ASCII characters, no blanks. Leave it out to send none.`,
    );
  }
  return value;
}
