import { stableJson } from '../../stable-json.js';
import type { ApprovalRequestRecord } from '../../store/tables/approval-requests.js';
import type { ChannelUpdate } from '../channels/channel-input.js';
import { DEFAULT_SETTINGS } from '../channels/delivery/delivery.js';
import type { DeliveryInput } from '../channels/delivery/delivery-input.js';
import type { SavedChannel } from '../channels/save.js';
import { deliverySpec } from './channel-item.js';
import { type Item, keyOf } from './item.js';
import { idOf, type Run } from './running.js';
import type { SpecOf } from './schema.js';
import type { Step } from './step.js';
import type { Wanted } from './wanted.js';

/** Saves a channel as its document wants it; gives what came of it. */
export async function saveChannel(
  run: Run,
  { name, spec }: Wanted<'Channel'>,
  { item, fields }: Step,
  changed: (field: string) => boolean,
): Promise<string[]> {
  const { commands, viewer, ids } = run;
  const { bot, app, delivery, accessToken, ...settings } = spec;
  const botId = idOf(run, keyOf.Bot(bot));
  const appClientId = typeof app === 'string' ? idOf(run, keyOf.App(app)) : app;
  const key = keyOf.Channel(bot, name);
  const all = { ...settings, appClientId, accessToken };
  const known = item?.id ?? ids.get(key); // a smart bot is made with those of its parent
  if (known === undefined) {
    const { mode = 'SYNC', enabled, ...rest } = all;
    const hasDelivery = delivery !== undefined && !isUsual(delivery);
    // Enabled last: it is put before an admin once, with all it has.
    const isLate = hasDelivery && enabled === true;
    let saved = await commands.channels.create(viewer, { ...rest, botId, name, mode, ...(isLate ? {} : { enabled }) });
    const { id } = saved.channel;
    ids.set(key, id);
    const secret = saved.signingSecret;
    if (hasDelivery) saved = await commands.channels.setDelivery(viewer, id, toInput(spec, null));
    if (isLate) saved = await commands.channels.update(viewer, { id, enabled });
    return warningsOf({ ...saved, signingSecret: secret });
  }
  const isInherited = item === null;
  const given = Object.entries(all).filter(
    ([field, value]) => value !== undefined && (isInherited || changed(field === 'appClientId' ? 'app' : field)),
  );
  const { isDefault, ...update }: ChannelUpdate = { id: known, ...Object.fromEntries(given) };
  const warnings: string[] = [];
  if (changed('name') || given.length > 0) {
    const named = isInherited ? {} : { name };
    const plain = isDefault === true ? { isDefault } : {}; // it is taken by being given to another
    warnings.push(...warningsOf(await commands.channels.update(viewer, { ...update, ...named, ...plain })));
  }
  const isChanged = isInherited || Object.keys(fields ?? {}).some((field) => field.startsWith('delivery.'));
  if (delivery === undefined || !isChanged) return warnings;
  return [...warnings, ...warningsOf(await commands.channels.setDelivery(viewer, known, toInput(spec, item)))];
}

type DeliverySpec = NonNullable<SpecOf<'Channel'>['delivery']>;

/** Whether a new channel has all of it anyway. */
function isUsual(delivery: DeliverySpec): boolean {
  const usual: Record<string, unknown> = deliverySpec(DEFAULT_SETTINGS);
  return Object.entries(delivery).every(([key, value]) => stableJson(value ?? null) === stableJson(usual[key] ?? null));
}

/** What a document says of the delivery as the command takes it; `item` is the channel that is there. */
function toInput({ accessToken, delivery = {} }: SpecOf<'Channel'>, item: Item | null): DeliveryInput {
  const { auth, clientCertificate, certificateAuthority, ...settings } = delivery;
  const kept = auth === null || clientCertificate ? item?.openSecrets() : undefined;
  const byToken = (accessToken ?? kept?.accessToken ?? null) === null ? ('NONE' as const) : ('BEARER' as const);
  return {
    ...settings,
    unlimited: LIMITS.filter((limit) => settings[limit] === null),
    ...(auth !== undefined && { auth: auth ?? { kind: byToken } }),
    ...(clientCertificate && {
      clientCertificate: {
        certificate: clientCertificate.certificate,
        privateKey: clientCertificate.privateKey ?? kept?.['delivery.clientCertificate.privateKey'] ?? '',
      },
    }),
    ...(clientCertificate === null && { clientCertificate: { certificate: '', privateKey: '' } }),
    ...(certificateAuthority !== undefined && { certificateAuthority: certificateAuthority ?? '' }),
  };
}

const LIMITS = ['maxConcurrency', 'maxPerSecond'] as const;

function warningsOf({
  approvalRequest,
  signingSecret,
}: Pick<SavedChannel, 'approvalRequest' | 'signingSecret'>): string[] {
  return [
    ...askedFor(approvalRequest),
    ...(signingSecret === null
      ? []
      : ['A signing secret was made for it. Nobody has seen it: rotateSigningSecret makes another and shows it.']),
  ];
}

function askedFor(request: Pick<ApprovalRequestRecord, 'kind' | 'status'> | null): string[] {
  if (request === null) return [];
  return request.status === 'APPROVED'
    ? [`Approved automatically (${request.kind}).`]
    : [`An ADMIN has to approve it (${request.kind}); until then what was approved before serves.`];
}
