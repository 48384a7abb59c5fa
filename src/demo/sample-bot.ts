// biome-ignore lint/correctness/useImportExtensions: data, which no compiler turns into a module
import definition from './orders.json' with { type: 'json' };

/**
 * A small bot in the export format of the platform: small talk, a question with an answer, and a task that asks for an
 * order number and ends with a message that uses the caller's customData.
 */
export const sampleBot = definition;
