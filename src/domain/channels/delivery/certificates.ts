import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { badInput } from '../../../errors.js';

/** Characters of a PEM text; a longer one is refused. Chains and bundles of private authorities stay far below it. */
const MAX_PEM = 65_536;
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

export interface ClientCertificateInput {
  certificate: string;
  privateKey: string;
}

/** Certificates that have been read, and when the first of them ends. */
interface Checked<T> {
  pem: T;
  endsAt: number;
}

/** A client's certificate, with those that vouch for it behind it, and its key. BAD_USER_INPUT names which is wrong. */
export function clientCertificateInput(input: ClientCertificateInput, now: number): Checked<ClientCertificateInput> {
  const field = 'settings.clientCertificate';
  const chain = certificatesIn(input.certificate, `${field}.certificate`, now);
  const key = privateKeyIn(input.privateKey, `${field}.privateKey`);
  if (!chain.leaf.checkPrivateKey(key)) {
    throw badInput(
      `${field}.privateKey`,
      'The private key does not belong to the certificate. Give the key the certificate was issued for, and put that certificate first if there are several.',
    );
  }
  const privateKey = key.export({ type: 'pkcs8', format: 'pem' }).toString();
  assertUsable({ cert: chain.pem, key: privateKey }, `${field}.certificate`);
  return { pem: { certificate: chain.pem, privateKey }, endsAt: chain.endsAt };
}

/** The certificates of private authorities that the receiver is trusted by. BAD_USER_INPUT. */
export function certificateAuthorityInput(text: string, now: number): Checked<string> {
  const field = 'settings.certificateAuthority';
  const { pem, endsAt } = certificatesIn(text, field, now);
  assertUsable({ ca: pem }, field);
  return { pem, endsAt };
}

/** Certificates in the form in which a channel keeps them; what cannot be read as it is. */
export function certificatesAsKept(text: string): string {
  try {
    return (text.match(CERTIFICATE) ?? []).map((pem) => new X509Certificate(pem).toString()).join('') || text;
  } catch {
    return text;
  }
}

/** A private key in the form in which a channel keeps it; what cannot be read as it is. */
export function privateKeyAsKept(text: string): string {
  try {
    return createPrivateKey(text).export({ type: 'pkcs8', format: 'pem' }).toString();
  } catch {
    return text;
  }
}

function certificatesIn(text: string, field: string, now: number): Checked<string> & { leaf: X509Certificate } {
  assertLength(text, field);
  const [leaf, ...others] = (text.match(CERTIFICATE) ?? []).map((pem) => parsed(pem, field));
  if (!leaf) throw unreadable(field);
  const all = [leaf, ...others];
  for (const one of all) assertInForce(one, field, now);
  return { leaf, pem: all.map((one) => one.toString()).join(''), endsAt: Math.min(...all.map(endOf)) };
}

function parsed(pem: string, field: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch {
    throw unreadable(field);
  }
}

const unreadable = (field: string) =>
  badInput(field, 'This is no certificate in PEM form. It begins with "-----BEGIN CERTIFICATE-----".');

const endOf = (certificate: X509Certificate): number => Date.parse(certificate.validTo);

function assertInForce(certificate: X509Certificate, field: string, now: number): void {
  const day = (at: number) => new Date(at).toISOString().slice(0, 10);
  const [from, to] = [Date.parse(certificate.validFrom), endOf(certificate)];
  if (to <= now) throw badInput(field, `A certificate here expired on ${day(to)}. Give one that is valid now.`);
  if (from > now) {
    throw badInput(field, `A certificate here is valid from ${day(from)} on. Give one that is valid now.`);
  }
}

function privateKeyIn(text: string, field: string): KeyObject {
  assertLength(text, field);
  try {
    return createPrivateKey(text);
  } catch {
    throw badInput(field, 'This is no private key in PEM form that can be read. Give it without a passphrase.');
  }
}

/** What TLS refuses, such as a key that is too short, is told now and not with the first callback. */
function assertUsable(options: SecureContextOptions, field: string): void {
  try {
    createSecureContext({ minVersion: 'TLSv1.2', ...options });
  } catch {
    throw badInput(
      field,
      'TLS does not accept this certificate: its key is too short, or of a kind that cannot be used.',
    );
  }
}

function assertLength(text: string, field: string): void {
  if (text.length > MAX_PEM)
    throw badInput(field, `This is longer than ${MAX_PEM} characters. Leave out what is not needed.`);
}
