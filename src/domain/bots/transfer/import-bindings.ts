import { AppError } from '../../../errors.js';
import type { AppRecord } from '../../../store/tables/apps.js';
import type { ChannelRecord } from '../../../store/tables/channels.js';
import type { Viewer } from '../../access.js';
import type { createChannels } from '../../channels/channels.js';
import type { SavedChannel } from '../../channels/save.js';
import { nearest } from '../../nearest.js';
import type { createBots } from '../bots.js';

/** What a channel of an imported file is connected to, here. What is left out stays. */
export interface ChannelBinding {
  /** By name. */
  channel: string;
  /** By client id or name. */
  app?: string | null | undefined;
  postUrl?: string | null | undefined;
  accessToken?: string | null | undefined;
  enabled?: boolean | null | undefined;
}

export interface ImportBindings {
  channels?: readonly ChannelBinding[] | null | undefined;
  variables?: readonly { key: string; value: string }[] | null | undefined;
}

/** A binding that cannot be: where it stands in the input, and what to do. */
interface Fault {
  field: string;
  message: string;
}

interface Bound {
  botId: string;
  channels: readonly ChannelRecord[];
  variableKeys: readonly string[];
  apps: readonly AppRecord[];
}

interface Commands {
  channels: Pick<ReturnType<typeof createChannels>, 'update'>;
  bots: Pick<ReturnType<typeof createBots>, 'setVariable'>;
}

/**
 * Gives the channels and variables of an imported bot what its file does not hold, and gives the saved channels. BAD_USER_INPUT
 * lists all faults.
 */
export async function bindImport(
  { channels, bots }: Commands,
  viewer: Viewer,
  bindings: ImportBindings,
  bound: Bound,
): Promise<SavedChannel[]> {
  const faults: Fault[] = [];
  const saved: SavedChannel[] = [];
  for (const [index, { channel: name, app, ...settings }] of (bindings.channels ?? []).entries()) {
    const field = `bindings.channels[${index}]`;
    const channel = bound.channels.find((one) => one.name === name);
    const appClientId = app ? clientIdOf(app, bound.apps, `${field}.app`, faults) : undefined;
    if (!channel) {
      faults.push(unknown(`${field}.channel`, `The bot has no channel "${name}"`, name, namesOf(bound.channels)));
      continue;
    }
    if (app && appClientId === undefined) continue;
    const { postUrl = undefined, accessToken = undefined, enabled = undefined } = withoutNulls(settings);
    const update = { id: channel.id, appClientId, postUrl, accessToken, enabled };
    await collecting(faults, field, async () => {
      saved.push(await channels.update(viewer, update));
    });
  }
  for (const [index, { key, value }] of (bindings.variables ?? []).entries()) {
    const field = `bindings.variables[${index}]`;
    if (!bound.variableKeys.includes(key)) {
      faults.push(unknown(`${field}.key`, `The bot has no variable "${key}"`, key, bound.variableKeys));
      continue;
    }
    await collecting(faults, field, async () => {
      await bots.setVariable(viewer, { botId: bound.botId, key, value });
    });
  }
  refuse(faults);
  return saved;
}

function clientIdOf(app: string, apps: readonly AppRecord[], field: string, faults: Fault[]): string | undefined {
  const byId = apps.find(({ clientId }) => clientId === app);
  if (byId) return byId.clientId;
  const [named, other] = apps.filter(({ name }) => name === app);
  if (other) faults.push({ field, message: `Several apps are named "${app}". Name it by its client id.` });
  else if (!named) faults.push(unknown(field, `There is no app "${app}"`, app, namesOf(apps)));
  return other ? undefined : named?.clientId;
}

const namesOf = (named: readonly { name: string }[]): string[] => named.map(({ name }) => name);

function unknown(field: string, what: string, given: string, known: readonly string[]): Fault {
  const hint = nearest(given, known) || (known.length > 0 ? `. There are: ${known.join(', ')}.` : '.');
  return { field, message: `${what}${hint}` };
}

/** Null is what is left out: a binding takes nothing away. */
function withoutNulls<T extends object>(settings: T): { [K in keyof T]?: NonNullable<T[K]> } {
  const given = Object.entries(settings).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(given) as { [K in keyof T]?: NonNullable<T[K]> };
}

/** Adds what the command refuses to the faults. What it may not do at all ends the import. */
async function collecting(faults: Fault[], field: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof AppError) || error.code === 'FORBIDDEN' || error.code === 'UNAVAILABLE') throw error;
    const { field: within } = error.details;
    faults.push({ field: typeof within === 'string' ? `${field}.${within}` : field, message: error.message });
  }
}

function refuse(faults: readonly Fault[]): void {
  const [first] = faults;
  if (!first) return;
  const lines = faults.map(({ field, message }) => `${field}: ${message}`);
  const details = { field: first.field, faults: [...faults] };
  throw new AppError('BAD_USER_INPUT', ['Nothing was imported.', ...lines].join('\n'), { details });
}
