/**
 * What an error of TLS means for whoever runs the endpoint, or null if its code says nothing of its own. Codes are those
 * of OpenSSL's verification, and of the alerts that the endpoint sent.
 */
export function explainTls(code: string): string | null {
  if (UNKNOWN_AUTHORITY.has(code)) return 'No authority trusted here has signed the certificate of the endpoint';
  if (ALERT.test(code)) return explainAlert(code);
  return VERIFICATION.get(code) ?? null;
}

/** Whether the endpoint has ended the connection by an alert; with TLS 1.3 that comes after the handshake is done. */
export const isTlsAlert = (code: string): boolean => ALERT.test(code);

function explainAlert(code: string): string | null {
  if (code.endsWith('CERTIFICATE_REQUIRED')) return 'The endpoint asks for a client certificate';
  if (code.endsWith('HANDSHAKE_FAILURE')) {
    return 'The endpoint refused the handshake; servers that ask for a client certificate do so';
  }
  return CLIENT_CERTIFICATE.test(code)
    ? 'The endpoint did not accept the client certificate, or that there is none'
    : null;
}

const ALERT = /^ERR_SSL_(SSLV3|TLSV1|TLSV13|SSL\/TLS)_ALERT_/; // the last one since OpenSSL 3.2
const CLIENT_CERTIFICATE = /(CERTIFICATE(_EXPIRED|_REVOKED|_UNKNOWN)?|UNKNOWN_CA|ACCESS_DENIED|DECRYPT_ERROR)$/;
const UNKNOWN_AUTHORITY = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);
const VERIFICATION = new Map([
  ['CERT_HAS_EXPIRED', 'The certificate of the endpoint has expired'],
  ['CERT_NOT_YET_VALID', 'The certificate of the endpoint is not valid yet'],
  ['CERT_REVOKED', 'The certificate of the endpoint was revoked'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'The certificate of the endpoint stands for another name'],
]);
