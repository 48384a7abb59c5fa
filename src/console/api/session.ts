import { useSyncExternalStore } from 'react';
import { HEADERS } from './headers';
import type { Viewer } from './use-viewer';

export type Credentials = { token: string } | { email: string; password: string };

let ended = false;
const listeners = new Set<() => void>();

/** Tells that the server knows nobody any more; what is on the screen stays there for the time after signing in again. */
export function sessionEnded(value: boolean): void {
  ended = value;
  for (const listener of listeners) listener();
}

/** Gives how to stop. */
export function onSessionChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

export const hasSessionEnded = (): boolean => ended;

export const useSessionEnded = (): boolean => useSyncExternalStore(onSessionChange, hasSessionEnded);

/** Exchanges credentials for the session's cookie. Throws an Error whose message says what to do. */
export async function signIn(credentials: Credentials): Promise<void> {
  const response = await fetch('/console/session', {
    method: 'POST',
    headers: { ...HEADERS, 'Content-Type': 'application/json' },
    body: JSON.stringify(credentials),
  });
  // Read also when all is well: an answer left unread keeps its connection.
  const answer: { error?: { message?: string } } | null = await response.json().catch(() => null);
  if (response.ok) return;
  throw new Error(answer?.error?.message ?? `The server answered ${response.status}. Try again in a moment.`);
}

/** Who is signed in, or null. Throws an Error when the server cannot tell. */
export async function askViewer(): Promise<Viewer | null> {
  const response = await fetch('/console/session', { headers: HEADERS });
  if (!response.ok) throw new Error(`The server answered ${response.status}. Try again in a moment.`);
  const { viewer }: { viewer: Viewer | null } = await response.json();
  return viewer;
}

/** Signs out, and gives where the browser has to go to sign out at the provider too; null: nowhere. */
export async function signOut(): Promise<string | null> {
  const response = await fetch('/console/session', { method: 'DELETE', headers: HEADERS });
  if (response.status !== 200) return null;
  const { signOutUrl }: { signOutUrl: string } = await response.json();
  return signOutUrl;
}

/** The ways to sign in besides API tokens. */
export interface SignInWays {
  providers: { id: string; name: string }[];
  passwords: boolean;
}

/** Passwords alone where the server cannot tell: the form says what is wrong then. */
export async function askWays(): Promise<SignInWays> {
  const response = await fetch('/console/sign-in').catch(() => null);
  if (!response?.ok) return { providers: [], passwords: true };
  return response.json();
}
