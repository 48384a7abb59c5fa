import { createContext, useContext } from 'react';
import type { Role } from './.generated/graphql';

export interface Viewer {
  id: string;
  name: string;
  role: Role;
  /** What the viewer may do in the whole account. */
  permissions: readonly string[];
}

const ViewerContext = createContext<Viewer>({ id: '', name: '', role: 'VIEWER', permissions: [] });

export const ViewerProvider = ViewerContext.Provider;
export const useViewer = (): Viewer => useContext(ViewerContext);

const BotPermissions = createContext<readonly string[] | null>(null);

/** Around what belongs to one bot, with what the viewer may do with that bot. */
export const BotPermissionsProvider = BotPermissions.Provider;

/** Tells whether the viewer may do something in the whole account; the server checks again. */
export function useMayInAccount(): (action: string) => boolean {
  const { permissions } = useViewer();
  return (action) => permissions.includes(action);
}

/** Whether the viewer builds bots, and whether the viewer decides: with the bot around, else in the whole account. */
export function useRights(): { mayBuild: boolean; isAdmin: boolean } {
  const { permissions } = useViewer();
  const may = useContext(BotPermissions) ?? permissions;
  return { mayBuild: may.includes('bot.update'), isAdmin: may.includes('approval.approve') };
}
