import { ADMIN_TOKEN, controlPlaneOf, createBot, createCaller, goLive } from '../test/support/app.js';

/** A bot that is live on a synchronous and on asynchronous channels, and how to call it. */
export interface LiveBot {
  /** Paths of the hooks; one asynchronous path for each POST URL. */
  sync: string;
  async: string[];
  authorization: string;
}

/** Settings of a server for measurements and torture: callbacks to this machine, its own port and data. */
export const serverEnv = (dataDir: string, more: Record<string, string> = {}): Record<string, string> => ({
  PORT: '0',
  DATA_DIR: dataDir,
  BOOTSTRAP_ADMIN_TOKEN: ADMIN_TOKEN,
  OUTBOUND_ALLOW_HTTP: 'true',
  OUTBOUND_ALLOW_CIDRS: '127.0.0.0/8',
  MIN_FREE_DISK_MB: '0',
  LOG_LEVEL: 'error',
  NODE_ENV: 'production', // as `npm start` has it
  ...more,
});

export async function createLiveBot(url: string, postUrls: string[]): Promise<LiveBot> {
  const controlPlane = controlPlaneOf(url);
  const { clientId: appClientId, headers } = await createCaller(controlPlane);
  const [sync, ...others] = await goLive(controlPlane, await createBot(controlPlane), [
    { appClientId },
    ...postUrls.map((postUrl) => ({ appClientId, mode: 'ASYNC', postUrl })),
  ]);
  return {
    sync: sync?.path ?? '',
    async: others.map(({ path }) => path),
    authorization: headers().authorization ?? '',
  };
}
