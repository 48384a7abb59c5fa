import type { DeliverySettings } from '../../../store/tables/channels.js';
import { authKindOf } from './auth.js';
import type { Delivery } from './delivery.js';
import type { DeliveryWithToken } from './delivery-input.js';

export type Change = { from: unknown; to: unknown };
export type Changes = Record<string, Change>;

/** How two deliveries differ, for the admin and the audit log; secrets are named, never shown. */
export function deliveryChanges(before: DeliveryWithToken, after: DeliveryWithToken): Changes {
  return {
    ...differing(factsOf(before.delivery.settings), factsOf(after.delivery.settings)),
    ...authChanges(before, after),
    ...secretChanges(secretsOf(before.delivery), secretsOf(after.delivery)),
  };
}

/** How a secret differs: that it is set, or another one; null when it does not. */
export function secretChange(before: string | null, after: string | null): Change | null {
  if (before === after) return null;
  const from = before === null ? null : 'set';
  return { from, to: after === null ? null : before === null ? 'set' : 'another one' };
}

type Facts = Record<string, unknown>;

function factsOf({
  timeoutSeconds,
  retryWindowMinutes,
  maxConcurrency,
  maxPerSecond,
  ...rest
}: DeliverySettings): Facts {
  const { onRejected, signatures } = rest;
  return { timeoutSeconds, retryWindowMinutes, maxConcurrency, maxPerSecond, onRejected, signatures };
}

/** By the access token, the authentication follows from what is said of that. */
function authChanges(before: DeliveryWithToken, after: DeliveryWithToken): Changes {
  const [from, to] = [before.delivery.settings.auth, after.delivery.settings.auth];
  if (from === null && to === null) return {};
  const of = ({ delivery: { settings }, accessToken }: DeliveryWithToken): Facts => {
    const { kind: _, ...fields } = settings.auth ?? { kind: null };
    const named = Object.entries(fields).map(([field, value]) => [`auth.${field}`, value || null]);
    return { auth: authKindOf(settings.auth, accessToken !== null), ...Object.fromEntries(named) };
  };
  return differing(of(before), of(after));
}

function secretsOf({ secrets }: Delivery): Record<string, string | null> {
  const headers = Object.entries(secrets.headers).map(([name, value]) => [`headers.${name}`, value]);
  return {
    'auth.secret': secrets.auth,
    ...Object.fromEntries(headers),
    clientCertificate: secrets.clientCertificate && JSON.stringify(secrets.clientCertificate),
    certificateAuthority: secrets.certificateAuthority,
  };
}

function secretChanges(before: Record<string, string | null>, after: Record<string, string | null>): Changes {
  const changes = keysOf(before, after).map((key) => [key, secretChange(before[key] ?? null, after[key] ?? null)]);
  return Object.fromEntries(changes.filter(([, change]) => change !== null));
}

function differing(before: Facts, after: Facts): Changes {
  const changes = keysOf(before, after).map(
    (key) => [key, { from: before[key] ?? null, to: after[key] ?? null }] as const,
  );
  return Object.fromEntries(changes.filter(([, { from, to }]) => JSON.stringify(from) !== JSON.stringify(to)));
}

const keysOf = (...facts: Facts[]): string[] => [...new Set(facts.flatMap(Object.keys))];
