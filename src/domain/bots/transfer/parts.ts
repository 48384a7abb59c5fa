import type { ImportInput } from './import.js';

/** Keys of a bot file by the names that scripts give to its parts (management-api.md). */
const KEYS: Readonly<Record<string, readonly string[]>> = {
  botTask: [
    'dialogs',
    'dialogComponents',
    'actions',
    'alerts',
    'widgets',
    'panels',
    'scenes',
    'sceneComponents',
    'paramMaps',
    'taskDgParamMaps',
    'unexportedTasks',
  ],
  knowledgeGraph: ['knowledgeTasks'],
  smallTalk: ['smallTalk'],
  forms: ['forms'],
  training_data: ['sentences', 'patterns', 'traits'],
  traits: ['traits'],
  utterances: ['sentences'],
  patterns: ['patterns'],
  standardResponses: ['koraResponses'],
  defaultDialog: ['defaultDialogId'],
  nlpSettings: ['advancedNLSettings', 'mlParams'],
  botVariables: ['contentVariables', 'namespaces', 'variables'],
  ivrSettings: ['ivrSettings', 'twilioVoiceSettings', 'audioCodesSettings', 'korevgSettings'],
  genAIandLLMSettings: ['llmConfigsForStream'],
};

/** What every file has, whatever was selected. */
const ALWAYS = new Set(['_id', 'refId', 'type', 'localeData', 'defaultLanguage', 'supportedLanguages']);
const OF_SOME_PART = new Set(Object.values(KEYS).flat());
/** Keys that a reader wants to be there: left out, they are empty. */
const WANTED = ['dialogs', 'dialogComponents'];

type Files = Pick<ImportInput, 'definition' | 'config' | 'files'>;

/** Files with these parts alone; what is named nowhere above belongs to `botSettings`. Null: all. */
export function withParts<T extends Files>(files: T, parts: readonly string[] | null): T {
  const { definition, config } = files;
  if (parts === null || typeof definition !== 'object' || definition === null) return files;
  const wanted = new Set(parts.flatMap((part) => KEYS[part] ?? []));
  const settings = parts.includes('botSettings');
  const keeps = (key: string) => ALWAYS.has(key) || wanted.has(key) || (settings && !OF_SOME_PART.has(key));
  const kept = Object.entries(definition).flatMap(([key, value]): [string, unknown][] =>
    keeps(key) ? [[key, value]] : WANTED.includes(key) ? [[key, []]] : [],
  );
  const ofConfig = typeof config === 'object' && config !== null ? Object.entries(config) : [];
  const keptConfig = ofConfig.filter(
    ([key]) => key === 'name' || (key === 'envVariables' ? parts.includes('botVariables') : settings),
  );
  return {
    ...files,
    definition: Object.fromEntries(kept),
    config: Object.fromEntries(keptConfig),
    files: parts.includes('botTask') ? (files.files ?? []) : [],
  };
}
