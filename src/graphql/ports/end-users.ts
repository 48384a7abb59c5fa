import type { Viewer } from '../../domain/access.js';
import type { JobStatus } from '../../store/tables/jobs.js';

/** An end user, of the whole account or of a channel or bot. */
export interface EndUserRequest {
  user: string;
  channelId?: string | null | undefined;
  botId?: string | null | undefined;
}

export interface ErasuresPort {
  /** Removes all that is stored of an end user up to now. BAD_USER_INPUT, NOT_FOUND. */
  start(viewer: Viewer, request: EndUserRequest & { reason: string }): Promise<ErasureView>;
  find(viewer: Viewer, id: string): Promise<ErasureView | null>;
}

export interface ErasureView {
  id: string;
  status: JobStatus;
  conversations: number;
  turns: number;
  deliveries: number;
  attachments: number;
  createdAt: number;
  finishedAt: number | null;
}

export interface UserExportPort {
  /** All that is stored of an end user. BAD_USER_INPUT, NOT_FOUND, PAYLOAD_TOO_LARGE. */
  export(viewer: Viewer, request: EndUserRequest): Promise<object>;
}
