import { type Api, type CallOptions, operation } from './api.js';
import type * as generated from './generated.js';

export type ConfigurationPlan = generated.ApplyConfigurationMutation['result'];

export interface ConfigurationOperations {
  /**
   * Makes the server what the documents say, all or nothing; with `dryRun` only tells what would change. What is wrong with them stands in
   * `extensions.faults` of the error.
   */
  applyConfiguration(input: generated.ApplyConfigurationInput, options?: CallOptions): Promise<ConfigurationPlan>;
  /** Documents of these bots and their apps, or of the whole account, without secrets. */
  exportConfiguration(botIds?: string[] | null, options?: CallOptions): Promise<unknown[]>;
}

const APPLY_CONFIGURATION = operation<
  generated.ApplyConfigurationMutation,
  generated.ApplyConfigurationMutationVariables
>(/* GraphQL */ `
  mutation ApplyConfiguration($input: ApplyConfigurationInput!) {
    result: applyConfiguration(input: $input) {
      hash
      applied
      changes {
        action
        kind
        name
        fields
        warnings
      }
    }
  }
`);

const EXPORT_CONFIGURATION = operation<
  generated.ExportConfigurationQuery,
  generated.ExportConfigurationQueryVariables
>(/* GraphQL */ `
  query ExportConfiguration($botIds: [ID!]) {
    result: exportConfiguration(botIds: $botIds)
  }
`);

export const configurationOperations = ({ run }: Api): ConfigurationOperations => ({
  applyConfiguration: async (input, options) => (await run(APPLY_CONFIGURATION, { input }, options)).result,
  exportConfiguration: async (botIds, options) => (await run(EXPORT_CONFIGURATION, { botIds }, options)).result,
});
