import type { Viewer } from '../../domain/access.js';
import type { Page, PageRequest } from '../../store/database/page.js';
import type { BatchCase } from '../../store/tables/bot-tests.js';

export interface BotTestsPort {
  ofBots(viewer: Viewer, botIds: readonly string[], request: PageRequest): Promise<Map<string, Page<BotTestView>>>;
  /** NOT_FOUND, BAD_USER_INPUT, CONFLICT. */
  save(
    viewer: Viewer,
    test: { conversationId: string; name: string; turnId?: string | null | undefined },
  ): Promise<BotTestView>;
  /** NOT_FOUND, BAD_USER_INPUT, CONFLICT. */
  import(viewer: Viewer, suite: { botId: string; name: string; content: string }): Promise<BotTestView>;
  /** NOT_FOUND. */
  remove(viewer: Viewer, id: string): Promise<void>;
}

export interface BotTestView {
  id: string;
  botId: string;
  channelId: string;
  name: string;
  steps: object[];
  /** The utterances of a batch test that the viewer may read. */
  batch: BatchCase[] | null;
  ofUser: boolean;
  createdBy: string;
  createdAt: number;
}
