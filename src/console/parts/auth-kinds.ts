import type { CallbackAuthKind } from '../api/.generated/graphql';

/** How callbacks authenticate themselves to their receiver. */
export const AUTH_KINDS: Record<CallbackAuthKind, string> = {
  NONE: 'None: the signature alone',
  BEARER: 'Bearer: an access token',
  BASIC: 'Basic: user name and password',
  HEADER: 'A header of any name',
  OAUTH2: 'OAuth 2.0: client credentials',
};
