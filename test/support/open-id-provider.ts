import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';

export interface RealProvider {
  issuer: string;
  /** What it says of its users, by login; any password will do. */
  users: Map<string, Record<string, unknown>>;
  close(): Promise<void>;
}

export interface RealProviderClient {
  clientId: string;
  clientSecret: string;
  redirectUris: string[];
  logoutUri?: string;
  afterSignOut?: string[];
}

/** A real OpenID provider (oidc-provider from npm) on a free port, with the login pages it has for development. */
export async function startOpenIdProvider(clients: () => RealProviderClient[]): Promise<RealProvider> {
  const users = new Map<string, Record<string, unknown>>();
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, {
    clients: clients().map(({ clientId, clientSecret, redirectUris, logoutUri, afterSignOut = [] }) => ({
      client_id: clientId,
      client_secret: clientSecret,
      redirect_uris: redirectUris,
      post_logout_redirect_uris: afterSignOut,
      ...(logoutUri && { backchannel_logout_uri: logoutUri, backchannel_logout_session_required: true }),
    })),
    cookies: { keys: ['of-a-test'] },
    claims: { openid: ['sub', 'groups'], email: ['email', 'email_verified'], profile: ['name'] },
    features: { backchannelLogout: { enabled: true } },
    pkce: { required: () => true },
    findAccount: (_ctx: unknown, id: string) => ({ accountId: id, claims: () => ({ sub: id, ...users.get(id) }) }),
    fetch: (url: string, options: RequestInit) => fetch(url, options),
  });
  server.on('request', provider.callback());
  return {
    issuer,
    users,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
