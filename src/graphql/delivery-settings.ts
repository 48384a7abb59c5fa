import { Float, Int } from 'type-graphql';
import type { CallbackAuthKind, OnRejected, SignatureScheme } from '../vocabulary.js';
import { enumOf } from './enum.js';
import { described, inputOf, nullable, objectOf } from './fields.js';

const OnRejectedEnum = enumOf<OnRejected>(
  'OnRejected',
  'What a 4xx other than 408, 425 and 429 means for one message.',
  {
    DEAD_LETTER: 'A dead letter at once; the conversation goes on.',
    RETRY: 'One more failure to retry.',
  },
);

const CallbackAuthKindEnum = enumOf<CallbackAuthKind>(
  'CallbackAuthKind',
  'How callbacks authenticate themselves to their receiver.',
  {
    NONE: 'By their signature alone.',
    BEARER: 'Authorization: Bearer, with the access token of the channel. The default of a channel that has one.',
    BASIC: 'Authorization: Basic, with user name and password.',
    HEADER: 'A header of any name.',
    OAUTH2:
      'Authorization: Bearer, with a token by client credentials (RFC 6749 §4.4), kept until shortly before it expires.',
  },
);

const SignatureSchemeEnum = enumOf<SignatureScheme>('SignatureScheme', 'Signatures of Standard Webhooks.', {
  V1: 'HMAC-SHA256 with the signing secret.',
  V1A: 'ed25519; anybody can verify it with the public key at /chatbot/keys/{channelId}.',
});

export const DeliverySettings = objectOf('DeliverySettings', 'How the callbacks of a channel are sent.', {
  timeoutSeconds: described(Int, 'From the connection to the last byte of the answer, the fetch of a token included.'),
  retryWindowMinutes: described(Int, "Counted from the message's creation; then it is a dead letter."),
  maxConcurrency: nullable(Int, "Callbacks under way at once; null: the server's share."),
  maxPerSecond: nullable(Float),
  onRejected: OnRejectedEnum,
  auth: CallbackAuthKindEnum,
  headerNames: described([String], 'Values are sealed and never shown.'),
  hasClientCertificate: Boolean,
  hasCertificateAuthority: Boolean,
  signatures: [SignatureSchemeEnum],
});

const CallbackAuthInput = inputOf(
  'CallbackAuthInput',
  'Absent or null: keep, as long as the kind stays; an empty scope or audience is taken away.',
  {
    kind: CallbackAuthKindEnum,
    header: nullable(String, 'HEADER: its name.'),
    username: nullable(String, 'BASIC.'),
    secret: nullable(String, 'The token, password, value of the header or client secret. Sealed, never shown again.'),
    tokenUrl: nullable(String, 'OAUTH2, as are those below. A URL that callbacks may go to.'),
    clientId: nullable(String),
    scope: nullable(String),
    audience: nullable(String),
  },
);

const CallbackHeaderInput = inputOf('CallbackHeaderInput', null, {
  name: String,
  value: nullable(String, 'Null: what is sealed under that name. Never shown again.'),
});

const ClientCertificateInput = inputOf('ClientCertificateInput', 'PEM. Two empty texts take the certificate away.', {
  certificate: described(String, 'The certificate of the client first, then those that vouch for it.'),
  privateKey: described(String, 'Without a passphrase.'),
});

export const DeliverySettingsInput = inputOf('DeliverySettingsInput', 'Absent or null: keep.', {
  timeoutSeconds: nullable(Int, '1 to 60; 15 by default.'),
  retryWindowMinutes: nullable(Int, '1 to 10080 (a week); 1440 (a day) by default.'),
  maxConcurrency: nullable(Int, "1 to 1000. The server's share is a limit too: a large number leaves that one alone."),
  maxPerSecond: nullable(Float, '0.01 to 10000; no limit by default, and a large number is none.'),
  onRejected: nullable(OnRejectedEnum),
  auth: nullable(CallbackAuthInput),
  headers: nullable([CallbackHeaderInput], 'Replaces all; an empty list takes all away.'),
  clientCertificate: nullable(ClientCertificateInput),
  certificateAuthority: nullable(
    String,
    'PEM: the private authorities of the receiver, trusted besides the usual ones. An empty text takes them away.',
  ),
  signatures: nullable([SignatureSchemeEnum], 'At least one.'),
});
