import type { Viewer } from '../../domain/access.js';
import type { Page, PageRequest } from '../../store/database/page.js';
import type { TestOutcome } from '../../store/tables/checked-tests.js';
import type { CheckGroupRow } from '../../store/tables/checked-turns.js';
import type { JobStatus } from '../../store/tables/jobs.js';

export type CheckMode = 'EACH_TURN' | 'WHOLE_CONVERSATION';

export interface ChecksPort {
  /** Runs a version, or the draft, over recorded turns. NOT_FOUND, BAD_USER_INPUT. */
  start(viewer: Viewer, request: CheckRequest): Promise<VersionCheckView>;
  find(viewer: Viewer, id: string): Promise<VersionCheckView | null>;
  byIds(viewer: Viewer, ids: readonly string[]): Promise<VersionCheckView[]>;
  /** Newest first. NOT_FOUND for the bot. */
  list(viewer: Viewer, botId: string, request: PageRequest): Promise<Page<VersionCheckView>>;
  /** Groups of a check that the viewer may see, the largest first. */
  groups(check: VersionCheckView): Promise<CheckGroupRow[]>;
  examples(viewer: Viewer, check: VersionCheckView, group: CheckGroupRow): Promise<CheckedTurnView[]>;
  testResults(viewer: Viewer, check: VersionCheckView): Promise<TestResultView[]>;
}

export interface TestResultView {
  id: string;
  testId: string;
  name: string;
  step: number;
  outcome: TestOutcome;
  node: string | null;
  message: string | null;
  was: unknown;
  is: unknown;
  trace: unknown;
}

/** Differences that somebody wants. */
export interface AcceptancesPort {
  ofBots(botIds: readonly string[]): Promise<Map<string, AcceptedDifferenceView[]>>;
  /** Groups of a check that the viewer may see, with what accepts them. */
  ofGroups<G extends CheckGroupRow>(
    botId: string,
    checkId: string,
    groups: readonly G[],
  ): Promise<(G & { acceptance: AcceptedDifferenceView | null })[]>;
  /** NOT_FOUND, BAD_USER_INPUT, CONFLICT. */
  accept(
    viewer: Viewer,
    request: { checkId: string; group: string; comment?: string | null | undefined },
  ): Promise<AcceptedDifferenceView>;
  /** NOT_FOUND. */
  takeBack(viewer: Viewer, id: string): Promise<void>;
}

export interface AcceptedDifferenceView {
  id: string;
  botId: string;
  channelId: string;
  node: string | null;
  message: string | null;
  comment: string | null;
  acceptedBy: string;
  acceptedAt: number;
  until: number;
}

export interface CheckRequest {
  botId: string;
  versionNumber?: number | null | undefined;
  channelIds?: readonly string[] | null | undefined;
  from?: number | null | undefined;
  to?: number | null | undefined;
  maxTurns?: number | null | undefined;
  mode?: CheckMode | null | undefined;
}

export interface VersionCheckView {
  id: string;
  status: JobStatus;
  botId: string;
  versionId: string | null;
  mode: CheckMode;
  from: number;
  to: number;
  total: number;
  conversations: number;
  turns: number;
  alike: number;
  accepted: number;
  different: number;
  failing: number;
  unknown: number;
  tests: { passed: number; failed: number; unknown: number };
  createdAt: number;
  finishedAt: number | null;
  error: string | null;
}

export interface CheckGroupView extends CheckGroupRow {
  key: string;
  check: VersionCheckView;
}

export interface CheckedTurnView {
  turnId: string;
  was: unknown;
  is: unknown;
  trace: unknown;
}
