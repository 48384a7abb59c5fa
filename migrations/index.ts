import type { Knex } from 'knex';
import * as controlPlane from './20261122090000_control_plane.js';
import * as dataPlane from './20261122090100_data_plane.js';
import * as metrics from './20261122090200_metrics.js';
import * as auditTotal from './20261122090300_audit_total.js';
import * as openDeliveries from './20261127090000_open_deliveries.js';
import * as auditCount from './20261127090100_audit_count.js';
import * as tokenOrigins from './20261128112500_token_origins.js';
import * as waitingVariables from './20261128114500_waiting_variables.js';
import * as turnsByChannel from './20261128120000_turns_by_channel.js';
import * as changeAccounts from './20261128120100_change_accounts.js';
import * as usersCounted from './20261128121000_users_counted.js';
import * as deliverySettings from './20261128150000_delivery_settings.js';
import * as deadReasons from './20261128150500_dead_reasons.js';
import * as processes from './20261128150600_processes.js';
import * as endpoints from './20261128151000_endpoints.js';
import * as jobs from './20261128152000_jobs.js';
import * as alerts from './20261128153000_alerts.js';
import * as auditOrigins from './20261128180000_audit_origins.js';
import * as appKeys from './20261128181000_app_keys.js';
import * as people from './20261128182000_people.js';
import * as privacy from './20261128190000_privacy.js';
import * as singleSignOn from './20261128190000_single_sign_on.js';
import * as appScopes from './20261128201000_app_scopes.js';
import * as turnsFound from './20261128203000_turns_found.js';
import * as scim from './20261128212000_scim.js';
import * as deliveryCentre from './20261128213000_delivery_centre.js';
import * as turnRecords from './20261128214000_turn_records.js';
import * as checkedTurns from './20261128214500_checked_turns.js';
import * as reviews from './20261128221000_reviews.js';
import * as whatNeedsSomebody from './20261128222000_what_needs_somebody.js';
import * as botTests from './20261128223000_bot_tests.js';
import * as order from './20261128223000_order.js';
import * as channelsInOrder from './20261128224500_channels_in_order.js';
import * as canaries from './20261128231500_canaries.js';
import * as checkedTests from './20261128233000_checked_tests.js';
import * as acceptedDifferences from './20261129005500_accepted_differences.js';
import * as firstAttempts from './20261129010000_first_attempts.js';
import * as fewerIndexes from './20261129011000_fewer_indexes.js';
import * as rollbackOf from './20261129060000_rollback_of.js';
import * as countLogs from './20261129092000_count_logs.js';

/**
 * All migrations by name, oldest first. A static list instead of a directory scan: knex would record file names with
 * their extension, and `.ts` under the CLI and `.js` from dist would disagree on one database.
 */
const MIGRATIONS: Record<string, Migration> = {
  '20261122090000_control_plane': controlPlane,
  '20261122090100_data_plane': dataPlane,
  '20261122090200_metrics': metrics,
  '20261122090300_audit_total': auditTotal,
  '20261127090000_open_deliveries': openDeliveries,
  '20261127090100_audit_count': auditCount,
  '20261128112500_token_origins': tokenOrigins,
  '20261128114500_waiting_variables': waitingVariables,
  '20261128120000_turns_by_channel': turnsByChannel,
  '20261128120100_change_accounts': changeAccounts,
  '20261128121000_users_counted': usersCounted,
  '20261128150000_delivery_settings': deliverySettings,
  '20261128150500_dead_reasons': deadReasons,
  '20261128150600_processes': processes,
  '20261128151000_endpoints': endpoints,
  '20261128152000_jobs': jobs,
  '20261128153000_alerts': alerts,
  '20261128180000_audit_origins': auditOrigins,
  '20261128181000_app_keys': appKeys,
  '20261128182000_people': people,
  '20261128190000_privacy': privacy,
  '20261128190000_single_sign_on': singleSignOn,
  '20261128201000_app_scopes': appScopes,
  '20261128212000_scim': scim,
  '20261128221000_reviews': reviews,
  '20261128222000_what_needs_somebody': whatNeedsSomebody,
  '20261128203000_turns_found': turnsFound,
  '20261128214000_turn_records': turnRecords,
  '20261128213000_delivery_centre': deliveryCentre,
  '20261128214500_checked_turns': checkedTurns,
  '20261128223000_order': order,
  '20261128224500_channels_in_order': channelsInOrder,
  '20261128223000_bot_tests': botTests,
  '20261128233000_checked_tests': checkedTests,
  '20261129005500_accepted_differences': acceptedDifferences,
  '20261129010000_first_attempts': firstAttempts,
  '20261129011000_fewer_indexes': fewerIndexes,
  '20261128231500_canaries': canaries,
  '20261129060000_rollback_of': rollbackOf,
  '20261129092000_count_logs': countLogs,
};

interface Migration {
  up(knex: Knex): Promise<void>;
  down(knex: Knex): Promise<void>;
}

export const migrationSource: Knex.MigrationSource<string> = {
  getMigrations: async () => Object.keys(MIGRATIONS),
  getMigrationName: (name) => name,
  getMigration: async (name) => {
    const migration = MIGRATIONS[name];
    if (!migration) throw new Error(`There is no migration named ${name}`);
    return migration;
  },
};
