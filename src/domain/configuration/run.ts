import { AppError } from '../../errors.js';
import type { BotVersionRecord } from '../../store/tables/bot-versions.js';
import { channelsOfBots } from '../../store/tables/channels.js';
import type { Fault } from './faults.js';
import { keyOf } from './item.js';
import { removePrivacy, saveAccount, saveAlert, saveApp, savePrivacy, saveRoles } from './run-account.js';
import { saveBot } from './run-bot.js';
import { saveChannel } from './run-channel.js';
import { idOf, NotTried, type Run } from './running.js';
import type { Step } from './step.js';
import type { Wanted } from './wanted.js';

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
    case 'Privacy':
      return savePrivacy(run, wanted as Wanted<'Privacy'>);
    case 'Alert':
      return saveAlert(run, wanted as Wanted<'Alert'>, step);
    case 'Roles':
      return saveRoles(run, wanted as Wanted<'Roles'>, step, changed);
  }
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

async function remove(run: Run, { kind, item }: Step): Promise<string[]> {
  const { commands, viewer, snapshot } = run;
  if (!item) throw new Error('a step that deletes has what it deletes');
  if (kind === 'App') await commands.apps.remove(viewer, item.id);
  if (kind === 'Bot') await commands.bots.remove(viewer, item.id);
  if (kind === 'Channel') await commands.channels.remove(viewer, item.id);
  if (kind === 'Alert') await commands.alerts.remove(viewer, item.id);
  if (kind === 'Privacy') await removePrivacy(run, item.id);
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
  [/^masks\./, 'spec.masks.'],
];

function pathOf(field: string): (string | number)[] {
  const place = PLACES.find(([pattern]) => pattern.test(field));
  const text = place ? field.replace(place[0], place[1]) : `spec.${field}`;
  return text.split(/[.[\]]+/).flatMap((step) => (step === '' ? [] : [/^\d+$/.test(step) ? Number(step) : step]));
}
