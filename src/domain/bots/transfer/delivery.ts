import { z } from 'zod';
import type { DeliverySettings } from '../../../store/tables/channels.js';
import { CALLBACK_AUTH_KINDS, ON_REJECTED, SIGNATURE_SCHEMES } from '../../../vocabulary.js';
import { DEFAULT_SETTINGS, withoutSecrets } from '../../channels/delivery/delivery.js';
import { RANGES } from '../../channels/delivery/delivery-input.js';
import { headerNameInput, MAX_HEADERS } from '../../channels/delivery/headers.js';

const within = ([least, most]: readonly [number, number, string]) => z.number().min(least).max(most);
const headerName = z.string().refine(isHeaderName, 'A header of this name cannot be sent');

/** How the callbacks of a channel are sent, as an exported file holds it: its authentication and headers by name alone. */
export const deliveryEntry = z.object({
  timeoutSeconds: within(RANGES.timeoutSeconds).int(),
  retryWindowMinutes: within(RANGES.retryWindowMinutes).int(),
  maxConcurrency: within(RANGES.maxConcurrency).int().nullable(),
  maxPerSecond: within(RANGES.maxPerSecond).nullable(),
  onRejected: z.enum(ON_REJECTED),
  /** Null: by the access token, once there is one. */
  auth: z.enum(CALLBACK_AUTH_KINDS).exclude(['BEARER']).nullable(),
  authHeader: headerName.optional(),
  headerNames: z.array(headerName).max(MAX_HEADERS),
  signatures: z.array(z.enum(SIGNATURE_SCHEMES)).min(1),
});
type DeliveryEntry = z.infer<typeof deliveryEntry>;

export function writeDelivery(settings: DeliverySettings | null): { deliverySettings?: DeliveryEntry } {
  const bare = withoutSecrets(settings);
  if (bare === null) return {};
  const {
    auth,
    headerNames,
    signatures,
    clientCertificateEndsAt: _,
    certificateAuthorityEndsAt: __,
    ...numbers
  } = bare;
  return {
    deliverySettings: {
      ...numbers,
      auth: auth?.kind ?? null,
      ...(auth?.kind === 'HEADER' && { authHeader: auth.header }),
      headerNames: [...headerNames],
      signatures: [...signatures],
    },
  };
}

/** Settings whose secrets are to be filled in before the channel can be approved. */
export function readDelivery({
  auth,
  authHeader = '',
  headerNames,
  signatures,
  ...numbers
}: DeliveryEntry): DeliverySettings {
  return {
    ...DEFAULT_SETTINGS,
    ...numbers,
    auth: auth && emptyAuth(auth, authHeader.toLowerCase()),
    headerNames: [...new Set(headerNames.map((name) => name.toLowerCase()))].sort(),
    signatures: SIGNATURE_SCHEMES.filter((scheme) => signatures.includes(scheme)),
  };
}

function emptyAuth(kind: NonNullable<DeliveryEntry['auth']>, header: string): DeliverySettings['auth'] {
  if (kind === 'NONE') return { kind };
  if (kind === 'HEADER') return { kind, header };
  if (kind === 'BASIC') return { kind, username: '' };
  return { kind, tokenUrl: '', clientId: '', scope: '', audience: '' };
}

function isHeaderName(name: string): boolean {
  try {
    headerNameInput(name, '');
    return true;
  } catch {
    return false;
  }
}
