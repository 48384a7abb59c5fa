import type { Viewer } from './access.js';

/** This server as it does by itself what somebody has allowed it; in the audit log by a name. */
export const thisServer = (accountId: string, name: string): Viewer => ({ id: '', accountId, name, role: 'ADMIN' });

/** The user or app in the audit log; null: this server. */
export const actorIdOf = ({ id, clientId }: Pick<Viewer, 'id' | 'clientId'>): string | null => clientId ?? (id || null);
