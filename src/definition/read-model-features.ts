import type { ReadWarning } from './definition.js';
import { flag, list, object, objects, type Raw, string } from './json.js';

/** Where files say which features of language models are on: of the platform's versions 9 and 10, and of 11. */
const LISTS = ['llmConfigsForStream', 'llmConfiguration'];

/** The features of language models that a file switches on. */
export const modelFeaturesOf = (raw: Raw): ReadonlySet<string> =>
  new Set(
    LISTS.flatMap((key) => objects(raw[key]))
      .flatMap(({ featureList }) => objects(featureList))
      .filter(({ enable, enabled }) => flag(enable) || flag(enabled))
      .map(({ name }) => string(name)),
  );

/** Features that change what users hear on the platform and do nothing here. */
const NOT_DONE: Readonly<Record<string, string>> = {
  paraphrase: 'rephrased responses: every message is said as it is written',
  rephrase: 'rephrased responses: every message is said as it is written',
  queryRephrase: 'rephrased user queries: an utterance is understood as the user wrote it',
  ansFromDocs: 'answers from documents: those are not in the file',
  dialogGPT: 'DialogGPT: tasks are found by their training',
};

/** Warnings about features of language models that a file uses and this server does not have. */
export function modelWarnings(raw: Raw): ReadWarning[] {
  const path = LISTS.find((key) => list(raw[key]).length > 0) ?? 'dialogGPTSettings';
  const used = new Set([...modelFeaturesOf(raw)].map((name) => name.toLowerCase()));
  if (objects(raw.dialogGPTSettings).some((entry) => flag(object(entry.dialogGPTLLMConfig).enable)))
    used.add('dialoggpt');
  const missing = Object.entries(NOT_DONE).filter(([name]) => used.has(name.toLowerCase()));
  return [...new Set(missing.map(([, what]) => what))].map((what) => ({
    path,
    message: `The file switches on a feature of language models that this server does not have: ${what}.`,
  }));
}
