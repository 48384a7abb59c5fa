import type { BotState } from '../../src/domain/bots/bot-state.js';
import type { ControlPlane } from './control-plane.js';

const STATES = [
  'IN_PROGRESS',
  'CONFIGURED',
  'AWAITING_APPROVAL',
  'PUBLISHED',
  'UPGRADE_IN_PROGRESS',
  'REJECTED',
  'SUSPENDED',
] satisfies BotState[];

/** The state of a bot, by which alone it is listed, too. */
export async function stateOfBot({ domain, admin }: ControlPlane, id: string): Promise<BotState | undefined> {
  const [bot] = await domain.bots.byIds(admin, [id]);
  const state = bot && (await domain.bots.states(admin, [bot])).get(id);
  for (const one of STATES) {
    const { edges } = await domain.bots.list(admin, { state: one, among: [id] });
    if (edges.length !== (one === state ? 1 : 0)) throw new Error(`a bot that is ${state} is listed as ${one}, or not`);
  }
  return state;
}
