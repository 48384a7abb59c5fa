import type { Viewer } from '../../domain/access.js';
import type { TestedVersion } from '../../vocabulary.js';

export interface RerunsPort {
  /** Runs a stored turn again. NOT_FOUND, CONFLICT. */
  run(
    viewer: Viewer,
    request: { turnId: string; version: TestedVersion; callServices?: boolean | null | undefined },
  ): Promise<RerunView>;
}

export interface RelivingPort {
  /** Those of these turns of which a record is kept. */
  recorded(turnIds: readonly string[]): Promise<string[]>;
  /** Runs a recorded turn again step by step. NOT_FOUND, CONFLICT. */
  relive(viewer: Viewer, turnId: string, versionNumber: number | null | undefined): Promise<RelivedView>;
}

export interface RelivedView {
  versionId: string | null;
  /** Null: the draft. */
  candidateId: string | null;
  masked: boolean;
  leavesRecordAt: number | null;
  served: RelivedStepView[];
  candidate: RelivedStepView[];
}

export interface RelivedStepView {
  node: string;
  type: string;
  notes: unknown;
  answers: unknown;
  changes: { name: string; before: string | null; after: string | null }[];
  said: unknown;
  differs: boolean;
  other: number | null;
}

export interface RerunView {
  session: 'AS_IT_WAS' | 'NEW' | 'CURRENT' | 'EMPTY';
  replies: unknown;
  error: string | null;
  trace: unknown;
  callsHeldBack: number;
}
