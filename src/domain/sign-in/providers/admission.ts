import type { Role } from '../../../store/tables/users.js';
import { strongestOf } from '../../roles.js';
import { isEmail } from '../../text-input.js';
import type { Provider } from './provider.js';

/** What a provider says of somebody, as signed by it. */
export type Claims = Readonly<Record<string, unknown>>;

/** Who a provider says somebody is, by the rules of the account. */
export type Admission =
  | {
      status: 'ADMITTED';
      /** Verified; null: there is none. */
      email: string | null;
      name: string;
      /** What the claims give; null: the provider says nothing of roles. */
      role: Role | null;
    }
  | { status: 'REFUSED'; reason: Refusal };

export type Refusal = 'EMAIL_MISSING' | 'EMAIL_NOT_VERIFIED' | 'EMAIL_DOMAIN' | 'NO_ROLE';

/** Characters of a name that are kept of what a provider says; the rest is cut off. */
const MAX_NAME = 100;

/** Applies the rules of the account to what a provider says. */
export function admissionOf(provider: Provider, claims: Claims): Admission {
  const given = textOf(claims.email)?.toLowerCase() ?? null;
  const isVerified = claims.email_verified === true || claims.email_verified === 'true' || isTrusted(provider, claims);
  const email = given !== null && isEmail(given) && isVerified ? given : null;
  if (provider.emailDomains.length > 0) {
    if (given === null) return { status: 'REFUSED', reason: 'EMAIL_MISSING' };
    if (email === null) return { status: 'REFUSED', reason: 'EMAIL_NOT_VERIFIED' };
    const domain = email.slice(email.lastIndexOf('@') + 1);
    if (!provider.emailDomains.includes(domain)) return { status: 'REFUSED', reason: 'EMAIL_DOMAIN' };
  }
  const role = provider.roleClaim === null ? null : (mappedRole(provider, claims) ?? provider.defaultRole);
  if (provider.roleClaim !== null && role === null) return { status: 'REFUSED', reason: 'NO_ROLE' };
  const name = textOf(claims.name) ?? textOf(claims.preferred_username) ?? email ?? 'Unnamed';
  return { status: 'ADMITTED', email, name: name.slice(0, MAX_NAME), role };
}

/** A provider that says an address is not verified is believed, whatever the settings trust. */
const isTrusted = (provider: Provider, { email_verified: verified }: Claims): boolean =>
  provider.trustsEmail && (verified === undefined || verified === null);

/** The strongest of the roles that the values of the claim stand for. */
function mappedRole({ roleClaim, roleMap }: Provider, claims: Claims): Role | null {
  const values = valuesAt(claims, roleClaim ?? '');
  return strongestOf(values.flatMap((value) => (Object.hasOwn(roleMap, value) ? (roleMap[value] ?? []) : [])));
}

/** The texts at a claim: a text or a list of them. Its name may hold dots itself, as URLs do. */
function valuesAt(claims: Claims, path: string): string[] {
  let value: unknown = Object.hasOwn(claims, path) ? claims[path] : undefined;
  if (value === undefined) {
    value = claims;
    for (const step of path.split('.')) {
      value =
        typeof value === 'object' && value !== null && Object.hasOwn(value, step) ? Object(value)[step] : undefined;
    }
  }
  return [value].flat().filter((one): one is string => typeof one === 'string');
}

const textOf = (value: unknown): string | null =>
  typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
