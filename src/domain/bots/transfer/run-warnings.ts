import { compileTasks } from '../../../definition/compile.js';
import type { Definition, ReadWarning } from '../../../definition/definition.js';
import { objects, type Raw, string } from '../../../definition/json.js';
import { WEBHOOK_TYPE } from '../../../vocabulary.js';
import type { BotFiles } from '../../definitions.js';
import { scriptWarnings } from './script-warnings.js';

/** Parts of newer files that are stored and exported, but never run. */
const KEPT_ONLY = [
  'alerts',
  'actions',
  'botSentimentEvents',
  'customDashboards',
  'customTemplates',
  'dialogGPTSettings',
  'experienceFlows',
  'llmConfiguration',
  'panels',
  'smartAssist',
  'tools',
  'translationEngines',
  'widgets',
];

/** Warnings about parts of a file that are stored but cannot run, by path. */
export function runWarnings(raw: Raw, definition: Definition, files: BotFiles['files']): ReadWarning[] {
  const kept = KEPT_ONLY.filter((key) => isFilled(raw[key])).map((key) => ({
    path: key,
    message: `"${key}" is kept and exported again; this server does not run it.`,
  }));
  const channels = objects(raw.channels)
    .map((entry, index) => ({ type: string(entry.type) || 'unknown', path: `channels[${index}]` }))
    .filter(({ type }) => type !== WEBHOOK_TYPE)
    .map(({ type, path }) => ({
      path,
      message: `A channel of the type "${type}" is kept; only webhook channels run here.`,
    }));
  const types = new Set(
    Object.values(definition.components)
      .flatMap((component) => [...component.message, ...component.errorMessage])
      .map((entry) => entry.channel)
      .filter((channel) => channel !== 'default' && channel !== WEBHOOK_TYPE),
  );
  const overrides = [...types].sort().map((type) => ({
    path: 'dialogComponents',
    message: `Messages for the channel type "${type}" are kept; webhook channels do not say them.`,
  }));
  return [
    ...kept,
    ...channels,
    ...overrides,
    ...compileTasks(definition).warnings,
    ...scriptWarnings(raw, definition, files),
  ];
}

const isFilled = (value: unknown): boolean =>
  Array.isArray(value)
    ? value.length > 0
    : typeof value === 'object' && value !== null && Object.keys(value).length > 0;
