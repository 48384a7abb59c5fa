import type { AlertSubscriptionInput } from '../alerts.js';
import { keyOf } from './item.js';
import { idOf, type Run } from './running.js';
import type { SpecOf } from './schema.js';
import type { Step } from './step.js';
import type { Wanted } from './wanted.js';

export async function saveAccount({ commands, viewer }: Run, { spec }: Wanted<'Account'>): Promise<string[]> {
  const { autoApprove, publishCondition, ...rest } = spec;
  await commands.accounts.update(viewer, {
    ...rest,
    autoApprove: autoApprove ? [...autoApprove] : null,
    ...(publishCondition !== undefined && { publishCondition }),
  });
  return [];
}

export async function saveApp(
  run: Run,
  { name, spec }: Wanted<'App'>,
  changed: (field: string) => boolean,
): Promise<string[]> {
  const { commands, viewer, ids } = run;
  const clientId = ids.get(keyOf.App(name));
  const { clientSecret, tokenEncryption, publicKeys, jwksUrl, requireJti, algorithm } = spec;
  if (clientId === undefined) {
    const made = await commands.apps.create(viewer, { ...spec, name, jwksUrl: jwksUrl ?? null });
    ids.set(keyOf.App(name), made.app.clientId);
    if (clientSecret !== undefined || made.clientSecret === '') return [];
    return ['A client secret was made for it. Nobody has seen it: rotateAppSecret makes another and shows it.'];
  }
  if (changed('name') || changed('requireJti')) await commands.apps.update(viewer, { clientId, name, requireJti });
  if (changed('publicKeys') || changed('jwksUrl')) {
    await commands.apps.setKeys(viewer, clientId, { publicKeys: publicKeys ?? null, jwksUrl: jwksUrl ?? null });
  }
  if (tokenEncryption !== undefined && changed('tokenEncryption')) {
    await commands.apps.setTokenEncryption(viewer, clientId, tokenEncryption);
  }
  if (clientSecret === undefined || !changed('clientSecret')) return [];
  await commands.apps.rotateSecret(viewer, clientId, { clientSecret });
  return [`The former client secret${algorithm ? ` (${algorithm})` : ''} is good for one more day.`];
}

/** The settings that stand for nothing. */
const NO_PRIVACY = { masks: [], retentionDays: null, sealCustomData: false };

export async function savePrivacy(run: Run, { spec }: Pick<Wanted<'Privacy'>, 'spec'>): Promise<string[]> {
  const { bot, channel, ...settings } = spec;
  const owner = channel ? { channelId: idOf(run, keyOf.Channel(bot, channel)) } : { botId: idOf(run, keyOf.Bot(bot)) };
  await run.commands.privacy.set(run.viewer, { ...owner, ...settings });
  return [];
}

/** Settings of a bot or channel that keeps nothing back any more. */
export async function removePrivacy({ commands, viewer, snapshot }: Run, id: string): Promise<void> {
  const owner = snapshot.bots.some((bot) => bot.id === id) ? { botId: id } : { channelId: id };
  await commands.privacy.set(viewer, { ...owner, ...NO_PRIVACY });
}

export async function saveAlert(run: Run, { name, spec }: Wanted<'Alert'>, { item }: Step): Promise<string[]> {
  const { commands, viewer } = run;
  const current = item?.spec as SpecOf<'Alert'> | undefined;
  const { topics, format, target = item?.openSecrets().target, enabled } = { ...current, ...spec };
  if (!topics || !format || !target) return []; // the plan has said so
  const input: AlertSubscriptionInput = { name, topics, format, target, ...(enabled !== undefined && { enabled }) };
  if (item) {
    await commands.alerts.update(viewer, item.id, input);
    return [];
  }
  const { signingSecret } = await commands.alerts.create(viewer, input);
  return signingSecret === null
    ? []
    : [
        'A signing secret was made for it, which nobody has seen. To verify alerts, make it with createAlertSubscription.',
      ];
}

export async function saveRoles(
  run: Run,
  { spec }: Wanted<'Roles'>,
  { item }: Step,
  changed: (field: string) => boolean,
): Promise<string[]> {
  if (!item) return [];
  const { commands, viewer } = run;
  const { of, role, bots = [] } = spec;
  if (of === 'GROUP') {
    await commands.groups.setRole(viewer, { id: item.id, role: role ?? null });
    return [];
  }
  if (role && changed('role')) await commands.users.update(viewer, item.id, { role });
  if (!changed('bots')) return [];
  const before = (item.spec as SpecOf<'Roles'>).bots ?? [];
  const wanted = new Map(bots.map((one) => [one.bot, one.role]));
  for (const { bot } of before.filter((one) => !wanted.has(one.bot)))
    await commands.users.setBotRole(viewer, { userId: item.id, botId: idOf(run, keyOf.Bot(bot)), role: null });
  for (const [bot, botRole] of wanted) {
    if (before.some((one) => one.bot === bot && one.role === botRole)) continue;
    await commands.users.setBotRole(viewer, { userId: item.id, botId: idOf(run, keyOf.Bot(bot)), role: botRole });
  }
  return [];
}
