import type {
  CallbackAuthKind,
  DeliverySettingsInput,
  OnRejected,
  SignatureScheme,
} from '../../api/.generated/graphql';
import type { ChannelDetails } from './channel-query';

export type SavedSettings = ChannelDetails['deliverySettings'];

export interface HeaderDraft {
  name: string;
  /** Empty: the saved one stays, where there is one of that name. */
  value: string;
}

/** What the form of delivery settings holds. Empty texts leave what is saved. */
export interface DeliveryDraft {
  timeoutSeconds: number | string;
  retryWindowMinutes: number | string;
  maxConcurrency: number | string;
  maxPerSecond: number | string;
  onRejected: OnRejected;
  auth: CallbackAuthKind;
  header: string;
  username: string;
  secret: string;
  tokenUrl: string;
  clientId: string;
  scope: string;
  audience: string;
  headers: HeaderDraft[];
  certificate: string;
  privateKey: string;
  certificateAuthority: string;
  /** The saved one is taken away. */
  withoutCertificate: boolean;
  withoutAuthority: boolean;
  signatures: SignatureScheme[];
}

export const AUTH_FIELDS = ['header', 'username', 'secret', 'tokenUrl', 'clientId', 'scope', 'audience'] as const;
export type AuthField = (typeof AUTH_FIELDS)[number];

/** What each kind of authentication needs, in the order in which it is asked for. */
export const FIELDS_OF_AUTH: Record<CallbackAuthKind, readonly AuthField[]> = {
  NONE: [],
  BEARER: ['secret'],
  BASIC: ['username', 'secret'],
  HEADER: ['header', 'secret'],
  OAUTH2: ['tokenUrl', 'clientId', 'secret', 'scope', 'audience'],
};

export function draftOf(saved: SavedSettings): DeliveryDraft {
  const { timeoutSeconds, retryWindowMinutes, maxConcurrency, maxPerSecond, onRejected, auth, signatures } = saved;
  return {
    ...{ timeoutSeconds, retryWindowMinutes, onRejected, auth, signatures },
    maxConcurrency: maxConcurrency ?? '',
    maxPerSecond: maxPerSecond ?? '',
    ...{ header: '', username: '', secret: '', tokenUrl: '', clientId: '', scope: '', audience: '' },
    headers: saved.headerNames.map((name) => ({ name, value: '' })),
    ...{ certificate: '', privateKey: '', certificateAuthority: '' },
    ...{ withoutCertificate: false, withoutAuthority: false },
  };
}

/** The input that changes what is saved into what the form holds; what was not touched is left out. */
export function inputOf(draft: DeliveryDraft, saved: SavedSettings): DeliverySettingsInput {
  const { onRejected, signatures, certificate, privateKey, certificateAuthority } = draft;
  const fields = FIELDS_OF_AUTH[draft.auth].filter((field) => draft[field] !== '');
  const headers = draft.headers.map(({ name, value }) => ({ name, value: value === '' ? null : value }));
  const isSame = headers.map(({ name }) => name).join() === saved.headerNames.join();
  return {
    timeoutSeconds: numberOf(draft.timeoutSeconds),
    retryWindowMinutes: numberOf(draft.retryWindowMinutes),
    maxConcurrency: numberOf(draft.maxConcurrency),
    maxPerSecond: numberOf(draft.maxPerSecond),
    ...{ onRejected, signatures },
    ...((draft.auth !== saved.auth || fields.length > 0) && {
      auth: { kind: draft.auth, ...Object.fromEntries(fields.map((field) => [field, draft[field]])) },
    }),
    ...((!isSame || headers.some(({ value }) => value !== null)) && { headers }),
    ...((draft.withoutCertificate || certificate !== '' || privateKey !== '') && {
      clientCertificate: { certificate, privateKey },
    }),
    ...((draft.withoutAuthority || certificateAuthority !== '') && { certificateAuthority }),
  };
}

const numberOf = (value: number | string): number | null => (typeof value === 'number' ? value : null);

/** The fields of the form behind each secret of the settings. */
export const FIELDS_OF_SECRET = {
  credentials: ['auth', ...AUTH_FIELDS],
  headers: ['headers'],
  clientCertificate: ['certificate', 'privateKey', 'withoutCertificate'],
  certificateAuthority: ['certificateAuthority', 'withoutAuthority'],
} as const satisfies Record<string, readonly (keyof DeliveryDraft)[]>;

/** The mark of its secret for each field. */
export const fieldMarks = (marks: Readonly<Record<string, unknown>>): Partial<Record<keyof DeliveryDraft, unknown>> =>
  Object.fromEntries(
    Object.entries(FIELDS_OF_SECRET).flatMap(([secret, fields]) =>
      fields.map((field) => [field, marks[secret] ?? null]),
    ),
  );

/** What was seen of the secrets whose fields were touched. */
export const seenSecrets = (seen: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(FIELDS_OF_SECRET).flatMap(([secret, fields]) => {
      const known = [secret, ...fields].find((field) => field in seen);
      return known === undefined ? [] : [[secret, seen[known]]];
    }),
  );
