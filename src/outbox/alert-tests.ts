import type { Teller } from '../alerts/teller.js';
import type { Viewer } from '../domain/access.js';
import { type AlertSubscriptionView, loadSubscription, viewOf } from '../domain/alerts.js';
import { type CommandDeps, runCommand } from '../domain/command.js';
import { conflict } from '../errors.js';
import { alertStatusOf } from '../store/tables/deliveries.js';
import type { Vault } from '../store/vault.js';
import { delay, SECOND } from '../time.js';

export interface AlertTestDeps extends CommandDeps {
  vault: Vault;
  teller: Pick<Teller, 'test'>;
}

/** How long a test waits for its outcome, and between two looks, in milliseconds. */
const TEST_LIMIT_MS = 10 * SECOND;
const TEST_LOOK_MS = 100;

/** Tests of who is told of what. */
export function createAlertTests(deps: AlertTestDeps) {
  const { database, vault, clock } = deps;
  return {
    /** Sends a test at once, behind what waits, and waits a while for its outcome. NOT_FOUND, CONFLICT while it is disabled. */
    async test(viewer: Viewer, id: string): Promise<AlertSubscriptionView> {
      const deliveryId = await runCommand(deps, viewer, 'alert.test', async ({ trx, audit }) => {
        const record = await loadSubscription(trx, viewer, id);
        if (!record.enabled) throw conflict('This subscription is disabled. Enable it to send a test.');
        audit(id, { name: record.name });
        return deps.teller.test(trx, record);
      });
      const until = clock.monotonicNow() + TEST_LIMIT_MS;
      while (clock.monotonicNow() < until) {
        const outcome = await alertStatusOf(database.read, deliveryId);
        if (outcome === null || outcome.attempts > 0 || outcome.status !== 'PENDING') break;
        await delay(clock, TEST_LOOK_MS);
      }
      return viewOf(vault, await loadSubscription(database.read, viewer, id));
    },
  };
}
