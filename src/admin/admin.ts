import { type AdminOptions, type CallOptions, createApi } from './api.js';
import { type ApprovalOperations, approvalOperations } from './approvals.js';
import { type AuditOperations, auditOperations } from './audit.js';
import { type BotOperations, botOperations } from './bots.js';
import { type CanaryOperations, canaryOperations } from './canaries.js';
import { type ChannelOperations, channelOperations } from './channels.js';
import { type CheckOperations, checkOperations } from './checks.js';
import { type ConfigurationOperations, configurationOperations } from './configuration.js';
import { type JobOperations, jobOperations } from './jobs.js';
import { type UserOperations, userOperations } from './users.js';
import { type WaitOperations, waitOperations } from './waiting.js';

// biome-ignore lint/performance/noBarrelFile: the entry point of the package; callers test for the class and name the types
export { AdminError } from './admin-error.js';
export type { AdminOptions, CallOptions } from './api.js';
export type { ApprovalRequest } from './approvals.js';
export type { AuditEntry, AuditFilter } from './audit.js';
export type { Bot, BotExport, ImportBotInput, ImportReport, PublishInput, Version } from './bots.js';
export type { Canary } from './canaries.js';
export type { AppCredentials, Channel, SaveChannelInput, SavedChannel } from './channels.js';
export type { CheckGroup, TestResult, VersionCheck } from './checks.js';
export type { ConfigurationPlan } from './configuration.js';
export type { FileContent } from './file-content.js';
export type { ErasureJob, ReplayJob } from './jobs.js';
export type { User } from './users.js';
export type { WaitOptions } from './waiting.js';

/** What scripts of administrators need of the API. Every method rejects with AdminError. */
export interface AdminClient
  extends BotOperations,
    ChannelOperations,
    ApprovalOperations,
    WaitOperations,
    ConfigurationOperations,
    JobOperations,
    CheckOperations,
    CanaryOperations,
    UserOperations,
    AuditOperations {
  /** Any other operation of the schema. What has a mutation in it is sent again only if it was certainly not begun. */
  request<Data>(document: string, variables?: Record<string, unknown>, options?: CallOptions): Promise<Data>;
}

/** A client of the control plane for one API token, which has the rights of its user. */
export function createAdminClient(options: AdminOptions): AdminClient {
  const api = createApi(options);
  const bots = botOperations(api);
  const approvals = approvalOperations(api);
  return {
    ...bots,
    ...channelOperations(api),
    ...approvals,
    ...waitOperations(api.around, { ...bots, ...approvals }),
    ...configurationOperations(api),
    ...jobOperations(api),
    ...checkOperations(api),
    ...canaryOperations(api),
    ...userOperations(api),
    ...auditOperations(api),
    request: (document, variables = {}, options_) => api.run(document, variables, options_),
  };
}
