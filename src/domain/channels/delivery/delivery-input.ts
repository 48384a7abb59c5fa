import { badInput } from '../../../errors.js';
import type { DeliverySettings } from '../../../store/tables/channels.js';
import { DAY, MINUTE } from '../../../time.js';
import { type OnRejected, SIGNATURE_SCHEMES, type SignatureScheme } from '../../../vocabulary.js';
import { type AuthInput, assertAuthComplete, authInput, authKindOf } from './auth.js';
import { type ClientCertificateInput, certificateAuthorityInput, clientCertificateInput } from './certificates.js';
import type { Delivery } from './delivery.js';
import { type HeaderInput, headersInput } from './headers.js';

export interface DeliveryInput {
  timeoutSeconds?: number | null | undefined;
  retryWindowMinutes?: number | null | undefined;
  maxConcurrency?: number | null | undefined;
  maxPerSecond?: number | null | undefined;
  /** Limits that are taken away. */
  unlimited?: readonly ('maxConcurrency' | 'maxPerSecond')[] | undefined;
  onRejected?: OnRejected | null | undefined;
  auth?: AuthInput | null | undefined;
  headers?: readonly HeaderInput[] | null | undefined;
  clientCertificate?: ClientCertificateInput | null | undefined;
  certificateAuthority?: string | null | undefined;
  signatures?: readonly SignatureScheme[] | null | undefined;
}

/** Settings that are numbers: the least, the most, and what they count. */
export const RANGES = {
  timeoutSeconds: [1, 60, 'seconds from the connection to the last byte of the answer'],
  retryWindowMinutes: [1, (7 * DAY) / MINUTE, 'minutes, counted from the creation of the message'],
  maxConcurrency: [1, 1_000, 'callbacks under way at once'],
  maxPerSecond: [0.01, 10_000, 'callbacks in a second'],
} as const;

/** A delivery and the access token, which is the secret of one kind of authentication. */
export interface DeliveryWithToken {
  delivery: Delivery;
  accessToken: string | null;
}

/** The delivery with the changes of the input; what is absent or null stays. BAD_USER_INPUT (`settings.<field>`). */
export function deliveryInput(
  { delivery: before, accessToken }: DeliveryWithToken,
  input: DeliveryInput,
  { checkUrl, now }: { checkUrl(url: string, field: string): void; now: number },
): DeliveryWithToken {
  const { settings, secrets } = before;
  const was = { auth: settings.auth, secret: secrets.auth, accessToken };
  const authentication = input.auth ? authInput(was, input.auth, checkUrl) : was;
  const headers = input.headers ? headersInput(before, input.headers) : secrets.headers;
  const certificate = certificateOf(before, input.clientCertificate, now);
  const authority = authorityOf(before, input.certificateAuthority, now);
  const after: Delivery = {
    settings: {
      timeoutSeconds: numberInput('timeoutSeconds', input) ?? settings.timeoutSeconds,
      retryWindowMinutes: numberInput('retryWindowMinutes', input) ?? settings.retryWindowMinutes,
      maxConcurrency: limitInput('maxConcurrency', input, settings),
      maxPerSecond: limitInput('maxPerSecond', input, settings),
      onRejected: input.onRejected ?? settings.onRejected,
      auth: authentication.auth,
      headerNames: input.headers ? Object.keys(headers) : settings.headerNames,
      clientCertificateEndsAt: certificate?.endsAt ?? null,
      certificateAuthorityEndsAt: authority?.endsAt ?? null,
      signatures: input.signatures ? signaturesInput(input.signatures) : settings.signatures,
    },
    secrets: {
      auth: authentication.secret,
      headers,
      clientCertificate: certificate?.pem ?? null,
      certificateAuthority: authority?.pem ?? null,
    },
  };
  assertHeadersFit(after.settings, authentication.accessToken !== null);
  return { delivery: after, accessToken: authentication.accessToken };
}

/** Whether nothing is left to be filled in. BAD_USER_INPUT names what the channel took over without its secret. */
export function assertDeliveryComplete({ settings, secrets }: Delivery): void {
  assertAuthComplete(settings.auth, secrets.auth);
  const empty = settings.headerNames.find((name) => !Object.hasOwn(secrets.headers, name));
  if (empty === undefined) return;
  throw badInput(
    'settings.headers',
    `The header "${empty}" has no value: values are not taken over from other channels or files. Set the headers with setDeliverySettings.`,
  );
}

/** A header cannot be both the operator's and that of the authentication. BAD_USER_INPUT. */
export function assertHeadersFit(
  { auth, headerNames }: DeliverySettings,
  hasAccessToken: boolean,
  fieldOf = (index: number) => `settings.headers[${index}].name`,
): void {
  const kind = authKindOf(auth, hasAccessToken);
  if (kind === 'NONE') return;
  const taken = auth?.kind === 'HEADER' ? auth.header : 'authorization';
  const index = headerNames.indexOf(taken);
  if (index < 0) return;
  throw badInput(
    fieldOf(index),
    `The authentication of the kind ${kind} sets "${taken}". Take it out of the headers, or choose the authentication NONE.`,
  );
}

function numberInput(field: keyof typeof RANGES, input: DeliveryInput): number | null {
  const value = input[field];
  if (value === null || value === undefined) return null;
  const [least, most, of] = RANGES[field];
  if (value >= least && value <= most) return value;
  throw badInput(
    `settings.${field}`,
    `${field} must be between ${least} and ${most} ${of}. Leave it out to keep what it is.`,
  );
}

function limitInput(field: 'maxConcurrency' | 'maxPerSecond', input: DeliveryInput, before: DeliverySettings) {
  return input.unlimited?.includes(field) ? null : (numberInput(field, input) ?? before[field]);
}

function signaturesInput(schemes: readonly SignatureScheme[]): SignatureScheme[] {
  if (schemes.length > 0) return SIGNATURE_SCHEMES.filter((scheme) => schemes.includes(scheme));
  throw badInput('settings.signatures', 'Callbacks are always signed: choose V1, V1A or both.');
}

function certificateOf(before: Delivery, input: ClientCertificateInput | null | undefined, now: number) {
  if (!input) return kept(before.secrets.clientCertificate, before.settings.clientCertificateEndsAt);
  return input.certificate === '' && input.privateKey === '' ? null : clientCertificateInput(input, now);
}

function authorityOf(before: Delivery, input: string | null | undefined, now: number) {
  if (typeof input !== 'string')
    return kept(before.secrets.certificateAuthority, before.settings.certificateAuthorityEndsAt);
  return input === '' ? null : certificateAuthorityInput(input, now);
}

const kept = <T>(pem: T | null, endsAt: number | null) => (pem === null || endsAt === null ? null : { pem, endsAt });
