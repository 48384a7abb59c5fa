const secrets = new Map<string, string>();

/** Client secrets by client id, in the memory of this tab alone: never stored, gone with the next reload. */
export const appSecrets = {
  get: (clientId: string): string => secrets.get(clientId) ?? '',
  set: (clientId: string, secret: string): void => void secrets.set(clientId, secret),
};
