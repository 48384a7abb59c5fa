import { REPLACEMENTS } from '../../masks.js';
import { type AlertSubscriptionRecord, alertTargetAssociatedData } from '../../store/tables/alert-subscriptions.js';
import { OPEN_TO_ALL } from '../../store/tables/privacy.js';
import type { Vault } from '../../store/vault.js';
import { type Item, keyOf, NO_SECRETS, titleOf } from './item.js';
import type { Snapshot } from './snapshot.js';

/** The privacy settings of every bot and channel. */
export function privacyItems(
  { bots, channels, privacy }: Snapshot,
  botOf: (of: { botId: string }) => string,
  channelNames: ReadonlyMap<string, string>,
): Item<'Privacy'>[] {
  const owners = [
    ...bots.map(({ id }) => ({ id, bot: botOf({ botId: id }), channel: null })),
    ...channels.map((one) => ({ id: one.id, bot: botOf(one), channel: channelNames.get(one.id) ?? one.name })),
  ];
  return owners.map(({ id, bot, channel }): Item<'Privacy'> => {
    const settings = privacy.get(id);
    const { masks, retentionDays, sealCustomData } = settings ?? OPEN_TO_ALL;
    const rules = masks.map(({ kind, pattern, replacement }) => ({
      kind,
      ...(pattern !== null && { pattern }),
      replacement: replacement ?? REPLACEMENTS[kind],
    }));
    const title = channel === null ? bot : titleOf.ofBot(bot, channel);
    return {
      kind: 'Privacy',
      key: keyOf.Privacy(bot, channel),
      name: title,
      title,
      id,
      spec: { bot, channel, masks: rules, retentionDays, sealCustomData },
      ...(settings === undefined && { blank: 'all' as const }),
      seals: [],
      openSecrets: NO_SECRETS,
    };
  });
}

export function alertItem(alert: AlertSubscriptionRecord, name: string, vault: Vault): Item<'Alert'> {
  const { id, topics, format, targetCipher, enabled } = alert;
  const target = () => vault.open(targetCipher, alertTargetAssociatedData(id));
  return {
    kind: 'Alert',
    key: keyOf.Alert(name),
    name,
    title: name,
    id,
    spec: { topics, format, ...(format === 'EMAIL' && { target: target() }), enabled },
    seals: [targetCipher],
    openSecrets: () => ({ target: target() }),
  };
}

/** Roles of users who are not disabled, and of groups. Of users that cannot be told apart by name there is none. */
export function rolesItems(
  { users, groups, botRoles }: Snapshot,
  botNames: ReadonlyMap<string, string>,
): Item<'Roles'>[] {
  const active = users.filter(({ disabledAt }) => disabledAt === null);
  const called = new Map<string, number>();
  for (const { email, name } of active) called.set(email ?? name, (called.get(email ?? name) ?? 0) + 1);
  const item = (
    of: 'USER' | 'GROUP',
    id: string,
    name: string,
    rest: Omit<Item<'Roles'>['spec'], 'of'>,
    isBlank: boolean,
  ): Item<'Roles'> => ({
    kind: 'Roles',
    key: keyOf.Roles(of, name),
    name,
    title: name,
    id,
    spec: { of, ...rest },
    ...(isBlank && { blank: 'all' as const }),
    seals: [],
    openSecrets: NO_SECRETS,
  });
  return [
    ...active.flatMap(({ id, email, name, role }) => {
      const handle = email ?? name;
      if (called.get(handle) !== 1) return [];
      const bots = (botRoles.get(id) ?? []).flatMap((one) => {
        const bot = botNames.get(one.botId);
        return bot === undefined || one.role === 'NONE' ? [] : [{ bot, role: one.role }];
      });
      bots.sort((a, b) => (a.bot < b.bot ? -1 : 1));
      return [item('USER', id, handle, { role, bots }, role === 'NONE' && bots.length === 0)];
    }),
    ...groups.map(({ id, name, role }) => item('GROUP', id, name, { role }, role === null)),
  ];
}
