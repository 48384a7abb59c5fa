import type { JsonObject } from '../../../src/json.js';
import { message, type NodeSpec } from './bot-builder.js';

/** An agent node as public exports hold it. */
export function agent(
  config: JsonObject = {},
  next: NodeSpec['next'] = 'done',
  options: JsonObject = {},
  scripts: JsonObject = {},
): NodeSpec {
  const dynamicEntityConfig: JsonObject = {
    model: 'GPT-4o',
    temperature: 0.7,
    max_tokens: 1068,
    systemContext: 'You work for a clinic.',
    dynamicEntities: [
      { name: 'patientName', type: 'person_name' },
      { name: 'contactNumber', type: 'phone_number' },
      { name: 'preferredDate', type: 'date' },
    ],
    rules: ['The name has a first and a last name.'],
    exitScenarios: ['The user wants more than 5 appointments; return "max limit reached".'],
    ...config,
  };
  return {
    type: 'aiassist',
    component: { generativeAI: { dynamicEntityConfig, ...scripts } },
    node: { nodeOptions: options },
    next,
  };
}

const VALUES = 'context.AI_Assisted_Dialogs.Agent.entities[0]';

/** A dialog that books an appointment by an agent node. */
export const appointment = (node: NodeSpec = agent()): Record<string, NodeSpec> => ({
  Agent: {
    ...node,
    next: [
      [{ context: 'AI_Assisted_Dialogs.Agent.exit_scenario', op: 'exists' }, 'many'],
      [null, 'done'],
    ],
  },
  done: message(`Booked: {{${VALUES}.patientName}}, {{${VALUES}.contactNumber}}, {{${VALUES}.preferredDate}}`),
  many: message('Please call us for so many.'),
});
