// biome-ignore lint/correctness/useImportExtensions: data, which no compiler turns into a module
import definition from './orders.json' with { type: 'json' };

/**
 * A small bot in the export format of the platform. It has small talk, two questions with answers, of which webhook channels
 * override one, a task that asks for an order number, and a task with buttons and a confirmation.
 */
export const sampleBot = definition;
