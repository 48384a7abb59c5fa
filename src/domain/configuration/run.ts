import { AppError } from '../../errors.js';
import type { ApprovalRequestRecord } from '../../store/tables/approval-requests.js';
import type { BotVersionRecord } from '../../store/tables/bot-versions.js';
import { channelsOfBots } from '../../store/tables/channels.js';
import type { Viewer } from '../access.js';
import type { ChannelUpdate, SavedChannel } from '../channels/save.js';
import type { DomainDeps } from '../command.js';
import { carriedSecrets } from './carried-secrets.js';
import type { Commands } from './commands.js';
import type { Wanted } from './documents.js';
import type { Fault } from './faults.js';
import { keyOf } from './items.js';
import { storedFiles } from './plan.js';
import type { SpecOf } from './schema.js';
import type { Snapshot } from './snapshot.js';
import type { Step } from './step.js';

interface Run {
  deps: DomainDeps;
  viewer: Viewer;
  commands: Commands;
  snapshot: Snapshot;
  /** Ids by the keys of documents, of what there is and what was made. */
  ids: Map<string, string>;
  comment: string;
  /** Nothing will stand: what the viewer may not do is a warning. */
  dryRun: boolean;
}

/** A step that cannot be tried, since one before it failed. */
class NotTried extends Error {}

/**
 * Runs the commands of a plan, and adds to the warnings of each step what came of it. Gives the faults: what a document asks for
 * and a command refused.
 */
export async function runSteps(run: Run, steps: readonly Step[]): Promise<Fault[]> {
  const faults: Fault[] = [];
  for (const step of steps) {
    if (step.action === 'NONE') continue;
    try {
      step.warnings.push(...(await runStep(run, step)));
    } catch (error) {
      if (error instanceof NotTried) continue;
      if (!(error instanceof AppError) || error.code === 'UNAVAILABLE') throw error;
      if (error.code === 'FORBIDDEN') {
        if (!run.dryRun) throw error;
        step.warnings.push(error.message);
        continue;
      }
      faults.push(toFault(step, error));
    }
  }
  return faults;
}

function runStep(run: Run, step: Step): Promise<string[]> {
  const { action, wanted, item } = step;
  if (action === 'DELETE') return remove(run, step);
  if (!wanted) throw new Error('a step that deletes nothing has a document');
  if (action === 'PUBLISH') return publish(run, wanted.name);
  const changed = (field: string) => item === null || field in (step.fields ?? {});
  switch (wanted.kind) {
    case 'Account':
      return saveAccount(run, wanted as Wanted<'Account'>);
    case 'App':
      return saveApp(run, wanted as Wanted<'App'>, changed);
    case 'Bot':
      return saveBot(run, wanted as Wanted<'Bot'>, step, changed);
    case 'Channel':
      return saveChannel(run, wanted as Wanted<'Channel'>, step, changed);
    case 'Variable':
      return saveVariable(run, wanted as Wanted<'Variable'>);
    case 'Override':
      return saveOverride(run, wanted as Wanted<'Override'>);
  }
}

function idOf({ ids }: Run, key: string): string {
  const id = ids.get(key);
  if (id === undefined) throw new NotTried();
  return id;
}

async function saveAccount({ commands, viewer }: Run, { spec }: Wanted<'Account'>): Promise<string[]> {
  await commands.accounts.update(viewer, { ...spec, autoApprove: spec.autoApprove ? [...spec.autoApprove] : null });
  return [];
}

async function saveApp(
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
  await commands.apps.rotateSecret(viewer, clientId, null, clientSecret);
  return [`The former client secret${algorithm ? ` (${algorithm})` : ''} is good for one more day.`];
}

async function saveBot(
  run: Run,
  { name, spec, prepared }: Wanted<'Bot'>,
  { item }: Step,
  changed: (field: string) => boolean,
): Promise<string[]> {
  const { commands, viewer, ids, snapshot, deps } = run;
  const { parent, definition: _, description, ...settings } = spec;
  const id = item?.id ?? (await makeBot(run, name, spec, prepared));
  ids.set(keyOf.Bot(name), id);
  const given = Object.entries({ ...settings, description }).filter(([field, value]) => {
    return value !== undefined && (changed(field) || isSecretChanged(field, changed, settings));
  });
  const isNew = item === null;
  const isUpdate = changed('name') || given.length > 0;
  if (isUpdate && !(isNew && parent === undefined)) {
    await commands.bots.update(viewer, { id, ...(isNew ? {} : { name }), ...Object.fromEntries(given) });
  }
  if (isNew && parent === undefined && spec.sessionTimeoutMinutes !== undefined) {
    await commands.bots.update(viewer, { id, sessionTimeoutMinutes: spec.sessionTimeoutMinutes });
  }
  if (!prepared || !(isNew || changed('definition') || changed('definition.credentials'))) return [];
  const stored = storedFiles(id, snapshot, deps.vault);
  await commands.transfer.setDefinition(viewer, id, {
    files: prepared.files,
    secrets: { ...carriedSecrets(stored, prepared.files), ...prepared.secrets },
  });
  return prepared.warnings.map((warning) => `definition.${warning.path}: ${warning.message}`);
}

const isSecretChanged = (
  field: string,
  changed: (field: string) => boolean,
  { engineSettings }: SpecOf<'Bot'>,
): boolean =>
  field === 'engineSettings' && Object.keys(engineSettings ?? {}).some((key) => changed(`engineSettings.${key}`));

async function makeBot(run: Run, name: string, spec: SpecOf<'Bot'>, prepared: Wanted['prepared']): Promise<string> {
  const { commands, viewer } = run;
  const { parent, description, defaultLanguage, engine, engineSettings } = spec;
  if (parent !== undefined) {
    const child = await commands.smartBots.create(viewer, {
      parentId: idOf(run, keyOf.Bot(parent)),
      name,
      description,
    });
    for (const channel of (await channelsOfBots(run.deps.database.read, [child.id])).get(child.id) ?? [])
      run.ids.set(keyOf.Channel(name, channel.name), channel.id);
    return child.id;
  }
  const ofFile = prepared?.definition;
  const bot = await commands.bots.create(viewer, {
    name,
    description: description ?? (ofFile?.description || null),
    defaultLanguage: defaultLanguage ?? ofFile?.defaultLanguage,
    engine,
    engineSettings: Object.keys(engineSettings ?? {}).length > 0 ? engineSettings : undefined,
  });
  const minutes = spec.sessionTimeoutMinutes === undefined ? ofFile?.sessionTimeoutMinutes : undefined;
  if (minutes) await commands.bots.update(viewer, { id: bot.id, sessionTimeoutMinutes: minutes });
  return bot.id;
}

async function saveChannel(
  run: Run,
  { name, spec }: Wanted<'Channel'>,
  { item }: Step,
  changed: (field: string) => boolean,
): Promise<string[]> {
  const { commands, viewer, ids } = run;
  const { bot, app, delivery, accessToken, ...settings } = spec;
  const botId = idOf(run, keyOf.Bot(bot));
  const appClientId = typeof app === 'string' ? idOf(run, keyOf.App(app)) : app;
  const key = keyOf.Channel(bot, name);
  const all = { ...settings, appClientId, accessToken };
  const hasDelivery = delivery !== undefined && Object.keys(delivery).length > 0;
  const known = item?.id ?? ids.get(key); // a smart bot is made with those of its parent
  if (known === undefined) {
    const { mode = 'SYNC', enabled, ...rest } = all;
    // Enabled last: it is put before an admin once, with all it has.
    const isLate = hasDelivery && enabled === true;
    let saved = await commands.channels.create(viewer, { ...rest, botId, name, mode, ...(isLate ? {} : { enabled }) });
    const { id } = saved.channel;
    ids.set(key, id);
    const secret = saved.signingSecret;
    if (hasDelivery) saved = await commands.channels.setDelivery(viewer, id, delivery);
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
  const isDeliveryChanged = isInherited || Object.keys(changedDelivery(spec)).some(changed);
  if (!hasDelivery || !isDeliveryChanged) return warnings;
  return warningsOf(await commands.channels.setDelivery(viewer, known, delivery));
}

/** The paths under which plans list changes of the delivery. */
function changedDelivery({ delivery = {} }: SpecOf<'Channel'>): Record<string, true> {
  const { auth = {}, headers = [] } = delivery;
  const paths = [
    ...Object.keys(delivery).map((key) => `delivery.${key}`),
    ...Object.keys(auth).map((key) => `delivery.auth.${key}`),
    ...headers.map((header) => `delivery.headers.${header.name}`),
  ];
  return Object.fromEntries(paths.map((path) => [path, true]));
}

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

async function saveVariable(run: Run, { name, spec }: Wanted<'Variable'>): Promise<string[]> {
  const { commands, viewer } = run;
  const botId = idOf(run, keyOf.Bot(spec.bot));
  const item = run.ids.get(keyOf.Variable(spec.bot, name));
  const kept = item === undefined || spec.value !== undefined ? spec.value : await keptValue(run, botId, name);
  const saved = await commands.bots.setVariable(viewer, {
    botId,
    key: name,
    value: kept ?? '',
    ...(spec.secured !== undefined && { secured: spec.secured }),
  });
  return saved.waiting ? ['It comes into force when a publish of its bot is approved.'] : [];
}

/** A value that is not given, while whether it is a secret changes. A secret is not shown by that. */
async function keptValue({ snapshot }: Run, botId: string, key: string): Promise<string | null> {
  return snapshot.variables.find((variable) => variable.botId === botId && variable.key === key)?.value ?? null;
}

async function saveOverride(run: Run, { name: messageKey, spec }: Wanted<'Override'>): Promise<string[]> {
  const { commands, viewer } = run;
  const { bot, channel, contents } = spec;
  const botId = idOf(run, keyOf.Bot(bot));
  const channelId = channel ? idOf(run, keyOf.Channel(bot, channel)) : null;
  await commands.messages.putOverride(viewer, { botId, messageKey, channelId, language: spec.language, contents });
  return [];
}

async function remove({ commands, viewer, snapshot }: Run, { kind, item }: Step): Promise<string[]> {
  if (!item) throw new Error('a step that deletes has what it deletes');
  if (kind === 'App') await commands.apps.remove(viewer, item.id);
  if (kind === 'Bot') await commands.bots.remove(viewer, item.id);
  if (kind === 'Channel') await commands.channels.remove(viewer, item.id);
  if (kind === 'Variable') {
    const at = item.id.indexOf('/');
    await commands.bots.removeVariable(viewer, item.id.slice(0, at), item.id.slice(at + 1));
  }
  if (kind === 'Override') {
    const override = snapshot.overrides.find(({ id }) => id === item.id);
    if (override) await commands.messages.removeOverride(viewer, override);
  }
  return [];
}

async function publish(run: Run, name: string): Promise<string[]> {
  const { commands, viewer, deps, comment } = run;
  const botId = idOf(run, keyOf.Bot(name));
  const channels = (await channelsOfBots(deps.database.read, [botId])).get(botId) ?? [];
  const channelIds = channels.filter((channel) => channel.enabled).map((channel) => channel.id);
  const version: BotVersionRecord = await commands.publish.publish(viewer, { botId, channelIds, comment });
  if (version.status === 'LIVE') return [`Version ${version.number} is live.`];
  return [`An ADMIN has to approve version ${version.number} (PUBLISH).`];
}

/** Where a document says what a command refused. */
function toFault({ wanted, action, name }: Step, error: AppError): Fault {
  const field = typeof error.details.field === 'string' ? error.details.field : null;
  if (!wanted) return { document: 0, path: [], message: `${name} cannot be deleted: ${error.message}` };
  const path = action === 'PUBLISH' || field === null ? ['metadata', 'name'] : pathOf(field);
  return { document: wanted.document, path, message: error.message };
}

const PLACES: readonly [RegExp, string][] = [
  [/^(name|messageKey|key)$/, 'metadata.name'],
  [/^settings\./, 'spec.delivery.'],
  [/^appClientId$/, 'spec.app'],
];

function pathOf(field: string): (string | number)[] {
  const place = PLACES.find(([pattern]) => pattern.test(field));
  const text = place ? field.replace(place[0], place[1]) : `spec.${field}`;
  return text.split(/[.[\]]+/).flatMap((step) => (step === '' ? [] : [/^\d+$/.test(step) ? Number(step) : step]));
}
