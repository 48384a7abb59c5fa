import { badInput } from '../../../errors.js';
import type { DeliveryAuth } from '../../../store/tables/channels.js';
import type { CallbackAuthKind } from '../../../vocabulary.js';
import { accessTokenInput } from '../access-token.js';
import { headerNameInput, headerValueInput } from './headers.js';

export interface AuthInput {
  kind: CallbackAuthKind;
  header?: string | null | undefined;
  username?: string | null | undefined;
  secret?: string | null | undefined;
  tokenUrl?: string | null | undefined;
  clientId?: string | null | undefined;
  scope?: string | null | undefined;
  audience?: string | null | undefined;
}

/** An authentication with its secret. That of BEARER is the channel's access token. */
export interface Authentication {
  auth: DeliveryAuth | null;
  secret: string | null;
  accessToken: string | null;
}

type Field = Exclude<keyof AuthInput, 'kind'>;

const FIELDS: Record<CallbackAuthKind, readonly Field[]> = {
  NONE: [],
  BEARER: ['secret'],
  BASIC: ['username', 'secret'],
  HEADER: ['header', 'secret'],
  OAUTH2: ['tokenUrl', 'clientId', 'secret', 'scope', 'audience'],
};

/** Characters of a user name, password, client id, scope or audience; a longer one is refused. */
const MAX_TEXT = 4096;

/** The kind of authentication in force: that of the settings, else by the access token. */
export const authKindOf = (auth: DeliveryAuth | null, hasAccessToken: boolean): CallbackAuthKind =>
  auth?.kind ?? (hasAccessToken ? 'BEARER' : 'NONE');

/**
 * The authentication of the input. What it leaves out stays, as long as the kind stays. The access token stays also while
 * another kind is in force. BAD_USER_INPUT (`settings.auth.<field>`).
 */
export function authInput(
  before: Authentication,
  input: AuthInput,
  checkUrl: (url: string, field: string) => void,
): Authentication {
  const { kind } = input;
  assertOwnFields(input);
  const { accessToken } = before;
  if (kind === 'NONE') return { auth: accessToken === null ? null : { kind }, secret: null, accessToken };
  if (kind === 'BEARER') {
    const token = input.secret ?? accessToken;
    if (token === null) throw missing('secret', 'the token');
    return { auth: null, secret: null, accessToken: accessTokenInput(token, at('secret')) };
  }
  const auth = ofKind(kind, before.auth, input, checkUrl);
  const secret = input.secret ?? (before.auth?.kind === kind ? before.secret : null);
  assertAuthComplete(auth, secret);
  return { auth, secret: secretInput(kind, secret ?? ''), accessToken };
}

/** Whether everything is there that such an authentication needs. BAD_USER_INPUT (`settings.auth.<field>`). */
export function assertAuthComplete(auth: DeliveryAuth | null, secret: string | null): void {
  if (auth === null || auth.kind === 'NONE') return;
  if (auth.kind === 'BASIC' && auth.username === '') throw missing('username', 'the user name');
  if (auth.kind === 'HEADER' && auth.header === '') throw missing('header', 'the name of the header');
  if (auth.kind === 'OAUTH2' && auth.tokenUrl === '') throw missing('tokenUrl', 'the URL that gives tokens');
  if (auth.kind === 'OAUTH2' && auth.clientId === '') throw missing('clientId', 'the client id');
  if (secret === null || secret === '') throw missing('secret', SECRET_NAMES[auth.kind]);
}

const SECRET_NAMES = { BASIC: 'the password', HEADER: 'the value of the header', OAUTH2: 'the client secret' };

function ofKind(
  kind: 'BASIC' | 'HEADER' | 'OAUTH2',
  before: DeliveryAuth | null,
  input: AuthInput,
  checkUrl: (url: string, field: string) => void,
): DeliveryAuth {
  const known: AuthInput = before?.kind === kind ? before : { kind };
  const text = (field: Field) => lineInput(input[field] ?? known[field] ?? '', field);
  if (kind === 'HEADER') {
    const header = text('header');
    return { kind, header: header === '' ? '' : headerNameInput(header, at('header')) };
  }
  if (kind === 'BASIC') {
    const username = text('username');
    if (username.includes(':')) throw badInput(at('username'), 'The user name of BASIC must not contain a colon.');
    return { kind, username };
  }
  const tokenUrl = text('tokenUrl');
  if (tokenUrl !== '') checkUrl(tokenUrl, at('tokenUrl'));
  return { kind, tokenUrl, clientId: text('clientId'), scope: text('scope'), audience: text('audience') };
}

/** A text that is sent with the authentication, on one line. */
function lineInput(value: string, field: Field): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  if (value.length > MAX_TEXT || /[\x00-\x1f\x7f]/.test(value)) {
    throw badInput(
      at(field),
      `This may have at most ${MAX_TEXT} characters, and neither line breaks nor control characters.`,
    );
  }
  return value;
}

function secretInput(kind: 'BASIC' | 'HEADER' | 'OAUTH2', secret: string): string {
  return kind === 'HEADER' ? headerValueInput(secret, at('secret')) : lineInput(secret, 'secret');
}

function assertOwnFields(input: AuthInput): void {
  const own = FIELDS[input.kind];
  // Object.keys widens the keys of a closed record to string.
  const foreign = (Object.keys(input) as (keyof AuthInput)[]).find(
    (field) => field !== 'kind' && !own.includes(field) && typeof input[field] === 'string' && input[field] !== '',
  );
  if (foreign === undefined) return;
  const takes = own.length === 0 ? 'nothing else' : own.join(', ');
  throw badInput(
    `settings.auth.${foreign}`,
    `An authentication of the kind ${input.kind} takes ${takes}. Leave it out.`,
  );
}

const at = (field: Field): string => `settings.auth.${field}`;

const missing = (field: Field, what: string) =>
  badInput(
    at(field),
    `Give ${what}: this kind of authentication needs it, and the channel has none that could be kept.`,
  );
