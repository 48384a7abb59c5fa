import { generateKeyPairSync } from 'node:crypto';
import express from 'express';
import jwt from 'jsonwebtoken';

export const APP_ID = '00000000-0000-4000-8000-000000000001';
const KEY_ID = 'k1';

/**
 * Serves a bot at `/api/messages` beside the key its callers' tokens are signed with, both where a peer looks for it, and
 * tells the parent the address and a token. `bot(url)` gives the handlers of the route. Activities may name no other
 * service than `serviceUrl`.
 */
export async function serve(serviceUrl, bot) {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const app = express();
  const server = app.listen(0, '127.0.0.1', () => {
    const url = `http://127.0.0.1:${server.address().port}`;
    const key = { kid: KEY_ID, use: 'sig', alg: 'RS256', endorsements: ['bench'] };
    const keys = [{ ...publicKey.export({ format: 'jwk' }), ...key }];
    app.get('/metadata', (_, response) =>
      response.json({ issuer: url, jwks_uri: `${url}/keys`, id_token_signing_alg_values_supported: ['RS256'] }),
    );
    for (const path of ['/keys', '/tenant/discovery/v2.0/keys']) app.get(path, (_, response) => response.json({ keys }));
    app.post('/api/messages', express.json(), ...bot(url));
    const claims = { iss: url, aud: APP_ID, serviceurl: serviceUrl, tid: 'tenant', appid: 'caller' };
    const token = jwt.sign(claims, privateKey, { algorithm: 'RS256', keyid: KEY_ID, expiresIn: '1h' });
    process.send?.({ url, authorization: `Bearer ${token}` });
  });
  server.keepAliveTimeout = 65_000;
}
