import { isObject } from '../../definition/json.js';
import { AppError } from '../../errors.js';
import { REPLACEMENTS } from '../../masks.js';
import { ALERT_TOPICS, SIGNATURE_SCHEMES } from '../../vocabulary.js';
import { publicKeyInput } from '../apps/public-key.js';
import { prepareDefinition } from '../bots/transfer/import.js';
import { certificatesAsKept, privateKeyAsKept } from '../channels/delivery/certificates.js';
import type { SpecOf } from './schema.js';
import type { TellFault, Wanted } from './wanted.js';

/** In the form in which it is compared with what there is. */
export function complete(wanted: Wanted, fault: TellFault): Wanted {
  for (const path of referencesIn(wanted)) {
    fault(path, `References such as ${'$'}{env:NAME} are filled in by hookswitch apply: send the value itself.`);
  }
  if (wanted.kind === 'Bot') return completeBot(wanted as Wanted<'Bot'>, fault);
  if (wanted.kind === 'App') return completeApp(wanted as Wanted<'App'>, fault);
  if (wanted.kind === 'Channel') return completeChannel(wanted as Wanted<'Channel'>);
  if (wanted.kind === 'Privacy') return completePrivacy(wanted as Wanted<'Privacy'>);
  if (wanted.kind === 'Alert') return completeAlert(wanted as Wanted<'Alert'>);
  if (wanted.kind === 'Roles') return completeRoles(wanted as Wanted<'Roles'>, fault);
  if (wanted.kind === 'Account') {
    const { autoApprove, ...rest } = wanted.spec as SpecOf<'Account'>;
    return { ...wanted, spec: { ...rest, ...(autoApprove && { autoApprove: [...new Set(autoApprove)].sort() }) } };
  }
  return wanted;
}

function completeChannel(wanted: Wanted<'Channel'>): Wanted {
  const { delivery } = wanted.spec;
  if (!delivery) return wanted;
  const { signatures, headers, auth, clientCertificate, certificateAuthority } = delivery;
  const complete = {
    ...delivery,
    ...(signatures && { signatures: SIGNATURE_SCHEMES.filter((one) => signatures.includes(one)) }),
    ...(headers && { headers: headers.map((header) => ({ ...header, name: header.name.toLowerCase() })) }),
    ...(auth && { auth: auth.header === undefined ? auth : { ...auth, header: auth.header.toLowerCase() } }),
    ...(clientCertificate && { clientCertificate: asKept(clientCertificate) }),
    ...(certificateAuthority && { certificateAuthority: certificatesAsKept(certificateAuthority) }),
  };
  return { ...wanted, spec: { ...wanted.spec, delivery: complete } };
}

/** As the channel keeps them. What cannot be read stays as it is, for the command to say so. */
const asKept = ({ certificate, privateKey }: { certificate: string; privateKey?: string | undefined }) => ({
  certificate: certificatesAsKept(certificate),
  ...(privateKey !== undefined && { privateKey: privateKeyAsKept(privateKey) }),
});

function completePrivacy(wanted: Wanted<'Privacy'>): Wanted {
  const { masks, channel = null, ...rest } = wanted.spec;
  const rules = masks?.map(({ kind, pattern, replacement }) => ({
    kind,
    ...(typeof pattern === 'string' && { pattern }),
    replacement: replacement ?? REPLACEMENTS[kind],
  }));
  return { ...wanted, spec: { ...rest, channel, ...(rules && { masks: rules }) } };
}

function completeAlert(wanted: Wanted<'Alert'>): Wanted {
  const { topics } = wanted.spec;
  if (!topics) return wanted;
  return { ...wanted, spec: { ...wanted.spec, topics: ALERT_TOPICS.filter((topic) => topics.includes(topic)) } };
}

function completeRoles(wanted: Wanted<'Roles'>, fault: TellFault): Wanted {
  const { of = 'USER', role, bots } = wanted.spec;
  if (of === 'USER' && role === null) fault(['spec', 'role'], 'A user has a role. NONE allows nothing by itself.');
  if (of === 'GROUP' && bots) fault(['spec', 'bots'], 'A group gives a role in the account alone. Leave bots out.');
  const seen = new Set<string>();
  for (const [index, { bot }] of (bots ?? []).entries()) {
    if (seen.has(bot)) fault(['spec', 'bots', index, 'bot'], `"${bot}" stands here twice. Leave one out.`);
    seen.add(bot);
  }
  const sorted = bots && [...bots].sort((a, b) => (a.bot < b.bot ? -1 : 1));
  return { ...wanted, spec: { of, ...(role !== undefined && { role }), ...(sorted && { bots: sorted }) } };
}

function completeBot(wanted: Wanted<'Bot'>, fault: TellFault): Wanted {
  const { definition, description, ...rest } = wanted.spec;
  const spec = {
    ...rest,
    ...(description !== undefined && { description: description?.trim() || null }),
  };
  if (definition === undefined) return { ...wanted, spec };
  if (typeof definition === 'string') {
    fault(['spec', 'definition'], 'Paths are read by hookswitch apply: send the content of the files itself.');
    return { ...wanted, spec };
  }
  try {
    return { ...wanted, spec: { ...spec, definition }, prepared: prepareDefinition(definition) };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    fault(['spec', 'definition'], error.message);
    return { ...wanted, spec };
  }
}

function completeApp(wanted: Wanted<'App'>, fault: TellFault): Wanted {
  const { publicKeys, jwksUrl, algorithm = 'HS256' } = wanted.spec;
  const keys = publicKeys?.map((key, index) => {
    try {
      return publicKeyInput(key, algorithm, 'publicKeys');
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      fault(['spec', 'publicKeys', index], error.message);
      return key;
    }
  });
  const url = jwksUrl === undefined ? {} : { jwksUrl: jwksUrl?.trim() || null };
  return { ...wanted, spec: { ...wanted.spec, ...(keys && { publicKeys: keys }), ...url } };
}

const REFERENCE = /\$\{(env|file):/;

function referencesIn({ kind, spec }: Wanted): (string | number)[][] {
  if (kind !== 'App' && kind !== 'Channel' && kind !== 'Bot' && kind !== 'Alert') return [];
  const { definition: _, ...rest } = spec as Record<string, unknown>;
  const found: (string | number)[][] = [];
  const walk = (value: unknown, path: (string | number)[]): void => {
    if (typeof value === 'string' && REFERENCE.test(value)) found.push(path);
    else if (Array.isArray(value)) for (const [index, item] of value.entries()) walk(item, [...path, index]);
    else if (isObject(value)) for (const [key, item] of Object.entries(value)) walk(item, [...path, key]);
  };
  walk(rest, ['spec']);
  return found;
}
