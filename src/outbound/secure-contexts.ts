import { X509Certificate } from 'node:crypto';
import { createSecureContext, type SecureContext } from 'node:tls';
import { LRUCache } from 'lru-cache';
import { OutboundError } from './outbound-error.js';

/** What one endpoint asks for beside the usual, all of it PEM. */
export interface OutboundTls {
  /** Names this set for the whole server. No connection and no TLS session is shared across ids. */
  id: string;
  /** The client certificate with the chain below its authority, and the key of it. */
  certificate?: string;
  privateKey?: string;
  /** Authorities trusted for this endpoint in addition to the system's. */
  ca?: string;
}

/** The context of a call; another one for the same id where its contents have changed. Throws OutboundError TLS. */
export type SecureContextOf = (tls: OutboundTls | undefined) => SecureContext;

interface Entry {
  tls: OutboundTls;
  context: SecureContext;
}

/**
 * Contexts are made once, as Node would parse keys and certificates for every connection; beyond `max` the least recently
 * used is made again when it is needed. `roots`: PEM certificates to trust in place of the system's.
 */
export function createSecureContexts(roots: string[] | undefined, max = 1000): SecureContextOf {
  const usual = contextOf(roots, {});
  const known = new LRUCache<string, Entry>({ max });
  return (tls) => {
    if (!tls) return usual;
    const entry = known.get(tls.id);
    if (entry && isSame(entry.tls, tls)) return entry.context;
    const context = contextOf(roots, tls);
    known.set(tls.id, { tls, context });
    return context;
  };
}

function contextOf(roots: string[] | undefined, { certificate, privateKey, ca }: Partial<OutboundTls>): SecureContext {
  if ((certificate === undefined) !== (privateKey === undefined)) {
    throw new OutboundError('TLS', 'A client certificate needs its private key, and a private key its certificate.');
  }
  const authorities = ca === undefined ? [] : certificatesIn(ca);
  try {
    const context = createSecureContext({
      minVersion: 'TLSv1.2',
      ...(roots && { ca: roots }),
      ...(certificate !== undefined && { cert: certificate, key: privateKey }),
    });
    // The option `ca` would replace the system's authorities, and a list of both would be parsed anew for each endpoint.
    const native = context.context as { addCACert(pem: string): void };
    for (const authority of authorities) native.addCACert(authority);
    return context;
  } catch (cause) {
    throw new OutboundError('TLS', UNUSABLE, { cause });
  }
}

/** The certificates of a bundle, each of them readable: OpenSSL would silently skip what is not. */
function certificatesIn(bundle: string): string[] {
  const found = bundle.match(CERTIFICATE) ?? [];
  try {
    for (const pem of found) new X509Certificate(pem);
  } catch (cause) {
    throw new OutboundError('TLS', UNREADABLE_AUTHORITY, { cause });
  }
  if (found.length === 0) throw new OutboundError('TLS', UNREADABLE_AUTHORITY);
  return found;
}

const isSame = (a: OutboundTls, b: OutboundTls): boolean =>
  a === b || (a.certificate === b.certificate && a.privateKey === b.privateKey && a.ca === b.ca);

const UNUSABLE =
  'The client certificate cannot be used: certificate and private key have to be PEM, without a passphrase, and belong together.';
const UNREADABLE_AUTHORITY = 'The certificate authority cannot be read: it has to be one or more certificates as PEM.';
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;
