import { badInput } from '../../errors.js';
import type { ScimEmail, ScimProfile, ScimUserRecord } from '../../store/tables/scim-users.js';
import type { UserRecord } from '../../store/tables/users.js';
import { emailInput, isEmail, nameInput } from '../text-input.js';

/** What a directory says of somebody. */
export interface PersonInput extends ScimProfile {
  userName: string;
  externalId: string | null;
  active: boolean;
}

/** Somebody as directories see them. */
export interface Person extends PersonInput {
  id: string;
  createdAt: number;
  updatedAt: number;
  groups: { id: string; name: string }[];
}

/** E-mail addresses of one person; beyond: BAD_USER_INPUT. */
const MAX_EMAILS = 20;

/**
 * A user as directories see them: under the names they were given over SCIM, else under their e-mail address. Null for
 * service accounts, for users without either, and for those that were deleted over SCIM.
 */
export function toPerson(user: UserRecord, row: ScimUserRecord | undefined, groups: Person['groups']): Person | null {
  if (user.service || row?.state === 'DELETED') return null;
  const { id, name, email, disabledAt, createdAt } = user;
  const active = disabledAt === null;
  if (row) {
    const { userName, externalId, profile, updatedAt } = row;
    return { id, userName, externalId, ...profile, active, createdAt, updatedAt, groups };
  }
  if (email === null) return null;
  const emails: ScimEmail[] = [{ value: email, type: 'work', primary: true }];
  const as = { userName: email, externalId: null, displayName: name, name: {}, emails };
  return { id, ...as, active, createdAt, updatedAt: createdAt, groups };
}

/** A person's fields without blanks; what is empty is null or left out. BAD_USER_INPUT (`userName`, `emails`, …). */
export function personInput({ userName, externalId, displayName, name, emails, active }: PersonInput): PersonInput {
  if (emails.length > MAX_EMAILS)
    throw badInput('emails', `Somebody may have at most ${MAX_EMAILS} e-mail addresses here.`);
  return {
    userName: nameInput(userName, 'userName'),
    externalId: externalId === null || externalId.trim() === '' ? null : nameInput(externalId, 'externalId'),
    displayName: displayName === null || displayName.trim() === '' ? null : nameInput(displayName, 'displayName'),
    name: Object.fromEntries(
      Object.entries(name).flatMap(([part, text]) =>
        text.trim() === '' ? [] : [[part, nameInput(text, `name.${part}`)]],
      ),
    ),
    emails: emails.filter(({ value }) => value.trim() !== ''),
    active,
  };
}

/** What the user is called in the console. */
export function nameOf({ displayName, name, userName }: PersonInput): string {
  const { formatted, givenName, familyName } = name;
  const whole = [givenName, familyName].filter((part) => part !== undefined).join(' ');
  return (displayName ?? formatted ?? (whole || userName)).slice(0, 200);
}

/** The address that the user signs in with: the primary one, else that of work, else the first, else the user name. */
export function emailOf({ emails, userName }: PersonInput): string | null {
  const chosen =
    emails.find(({ primary }) => primary === true) ??
    emails.find(({ type }) => type?.toLowerCase() === 'work') ??
    emails[0];
  if (chosen) return emailInput(chosen.value);
  return isEmail(userName) ? emailInput(userName) : null;
}
