import type { Context as KoaContext } from 'koa';
import type { ConsoleSession } from '../domain/sign-in/console-sessions.js';

/** The cookie that holds the token of a session. */
export const SESSION_COOKIE = 'hookswitch-session';

interface Cookie {
  name: string;
  /** Empty removes it. */
  value: string;
  path: string;
  /** In milliseconds; 0 removes it. */
  expiresAt: number;
  /** `Lax` is sent along when another site leads here. */
  sameSite?: 'Strict' | 'Lax';
}

/** Cookies that scripts cannot read; over TLS only, where the server is reached by it. */
export function createCookies(publicUrl: string) {
  const secure = publicUrl.startsWith('https:') ? '; Secure' : '';
  function set(ctx: KoaContext, { name, value, path, expiresAt, sameSite = 'Strict' }: Cookie): void {
    const attributes = `Path=${path}; Expires=${new Date(expiresAt).toUTCString()}; HttpOnly; SameSite=${sameSite}`;
    ctx.append('Set-Cookie', `${name}=${value}; ${attributes}${secure}`);
  }
  return {
    set,
    setSession: (ctx: KoaContext, { token, expiresAt }: ConsoleSession) =>
      set(ctx, { name: SESSION_COOKIE, value: token, path: '/', expiresAt }),
  };
}

export type Cookies = ReturnType<typeof createCookies>;
