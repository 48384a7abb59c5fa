import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';

type Json = Record<string, unknown>;
type Keys = Awaited<ReturnType<typeof generateKeyPair>>;

/** What the provider does with the next code; a lie changes what an honest one would do. */
export interface Lie {
  claims?: Json;
  without?: string[];
  /** Signs with a key it does not publish. */
  strangeKey?: boolean;
  algorithm?: 'none' | 'HS256';
  /** The whole answer of the token endpoint. */
  tokens?: { status: number; body: string; headers?: Record<string, string> };
  configuration?: Json;
}

export interface LyingProvider {
  issuer: string;
  lie: Lie;
  /** An honest ID token, or one that lies. */
  idToken(lie?: Lie): Promise<string>;
  logoutToken(claims?: Json, lie?: Lie): Promise<string>;
  /** What the browser was sent to it with. */
  asked(url: string): URLSearchParams;
  tokenRequests: URLSearchParams[];
  close(): Promise<void>;
}

const CLIENT_SECRET = 'a secret of the client that is long enough';

/** A provider that does what it is told: OpenID Connect Core 1.0, and every way to get it wrong. */
export async function startLyingProvider(clientId: string): Promise<LyingProvider> {
  const own = await generateKeyPair('RS256', { extractable: true });
  const strange = await generateKeyPair('RS256', { extractable: true });
  const jwk = { ...(await exportJWK(own.publicKey)), kid: 'own', alg: 'RS256', use: 'sig' };
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let nonce = '';

  const sign = async (claims: Json, { strangeKey, algorithm, without = [] }: Lie, type: string) => {
    const given = Object.fromEntries(Object.entries(claims).filter(([name]) => !without.includes(name)));
    if (algorithm === 'none') return new UnsecuredJWT(given).encode();
    const keys: Keys = strangeKey ? strange : own;
    const header = { alg: algorithm ?? 'RS256', kid: 'own', typ: type };
    const key = algorithm === 'HS256' ? new TextEncoder().encode(CLIENT_SECRET) : keys.privateKey;
    return new SignJWT(given).setProtectedHeader(header).sign(key);
  };
  const seconds = () => Math.floor(Date.now() / 1000);

  const provider: LyingProvider = {
    issuer,
    lie: {},
    tokenRequests: [],
    idToken: (lie = provider.lie) =>
      sign(
        {
          iss: issuer,
          sub: 'sub-1',
          aud: clientId,
          iat: seconds(),
          exp: seconds() + 300,
          nonce,
          email: 'lia@example.com',
          email_verified: true,
          name: 'Lia',
          ...lie.claims,
        },
        lie,
        'JWT',
      ),
    logoutToken: (claims = {}, lie = {}) =>
      sign(
        {
          iss: issuer,
          aud: clientId,
          iat: seconds(),
          exp: seconds() + 120,
          jti: `${Math.random()}`,
          events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
          ...claims,
        },
        lie,
        'logout+jwt',
      ),
    asked(url) {
      const { searchParams } = new URL(url);
      nonce = searchParams.get('nonce') ?? '';
      return searchParams;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };

  server.on('request', (request, response) => {
    const send = (body: unknown, status = 200) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    };
    if (request.url === '/.well-known/openid-configuration') {
      return send({
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/keys`,
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256', 'HS256', 'none'],
        ...provider.lie.configuration,
      });
    }
    if (request.url === '/keys') return send({ keys: [jwk] });
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      provider.tokenRequests.push(new URLSearchParams(body));
      const { tokens } = provider.lie;
      if (tokens) {
        response.writeHead(tokens.status, { 'content-type': 'application/json', ...tokens.headers });
        response.end(tokens.body);
        return;
      }
      void provider
        .idToken()
        .then((idToken) => send({ access_token: 'at', token_type: 'Bearer', expires_in: 60, id_token: idToken }));
    });
  });
  return provider;
}

export { CLIENT_SECRET as LYING_CLIENT_SECRET };
