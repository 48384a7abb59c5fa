import type { Database } from '../store/database/database.js';
import { listApps } from '../store/tables/apps.js';
import { listBots } from '../store/tables/bots.js';
import { listChannels } from '../store/tables/channels.js';
import { readableBots, type Viewer } from './access.js';
import type { createUsers } from './users.js';

/** Hits of each kind that are given; the rest is left out. */
const MOST = 6;

export interface Hit {
  kind: 'BOT' | 'CHANNEL' | 'APP' | 'USER';
  id: string;
  name: string;
  /** What tells it from others of the name. */
  detail: string | null;
  botId: string | null;
}

export interface SearchDeps {
  database: Database;
  users: Pick<ReturnType<typeof createUsers>, 'list'>;
}

/** Finds what is set up by a part of its name, or by its id; only what the viewer may read. */
export function createSearch({ database, users }: SearchDeps) {
  return {
    async find(viewer: Viewer, text: string): Promise<Hit[]> {
      const { accountId } = viewer;
      const botIds = readableBots(viewer);
      const search = text.trim();
      const lower = search.toLowerCase();
      const page = { search, first: MOST };
      const [bots, channels, apps, people] = await Promise.all([
        listBots(database.read, accountId, { ...page, ids: botIds }),
        listChannels(database.read, accountId, { ...page, botIds, order: 'NAME' }),
        listApps(database.read, accountId, { ...page, botIds }),
        users.list(viewer),
      ]);
      return [
        ...bots.edges.map(
          ({ node }): Hit => ({ kind: 'BOT', id: node.id, name: node.name, detail: null, botId: node.id }),
        ),
        ...channels.edges.map(
          ({ node }): Hit => ({ kind: 'CHANNEL', id: node.id, name: node.name, detail: null, botId: node.botId }),
        ),
        ...apps.edges.map(
          ({ node }): Hit => ({ kind: 'APP', id: node.clientId, name: node.name, detail: null, botId: null }),
        ),
        ...people
          .filter(({ id, name, email }) => id === search || `${name} ${email ?? ''}`.toLowerCase().includes(lower))
          .slice(0, MOST)
          .map(({ id, name, email }): Hit => ({ kind: 'USER', id, name, detail: email, botId: null })),
      ];
    },
  };
}
