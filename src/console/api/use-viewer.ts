import { createContext, useContext } from 'react';
import type { Role } from './.generated/graphql';

export interface Viewer {
  id: string;
  name: string;
  role: Role;
}

const ViewerContext = createContext<Viewer>({ id: '', name: '', role: 'VIEWER' });

export const ViewerProvider = ViewerContext.Provider;
export const useViewer = (): Viewer => useContext(ViewerContext);

/** Whether the viewer builds bots, and whether the viewer decides; the server checks again. */
export function useRights(): { mayBuild: boolean; isAdmin: boolean } {
  const { role } = useViewer();
  return { mayBuild: role !== 'VIEWER', isAdmin: role === 'ADMIN' };
}
