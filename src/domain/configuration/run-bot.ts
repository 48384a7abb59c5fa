import { channelsOfBots } from '../../store/tables/channels.js';
import { carriedSecrets } from './carried-secrets.js';
import { keyOf } from './item.js';
import { storedFiles } from './plan.js';
import { idOf, type Run } from './running.js';
import type { SpecOf } from './schema.js';
import type { Step } from './step.js';
import type { Wanted } from './wanted.js';

/** Saves a bot as its document wants it; gives what came of it. */
export async function saveBot(
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
