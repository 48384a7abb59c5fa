import { createServer, isIP } from 'node:net';
import { createPolicy } from '../outbound/guard.js';
import { createOutbound } from '../outbound/request.js';

/** Whether a server can listen there, or listens there already. Throws an Error that says what to do. */
export async function lookAtPort(host: string, port: number, setting: string): Promise<string> {
  const code = await tryToListen(host, port);
  if (code === null) return port === 0 ? 'any free one' : `${port} is free`;
  if (code === 'EADDRINUSE') {
    if (await isHookswitch(host, port)) return `Hookswitch answers on ${port}`;
    throw new Error(`${port} at ${host} is in use by another program. Stop that, or set ${setting}.`);
  }
  if (code === 'EACCES')
    throw new Error(
      `${port} may not be listened on by this user. Set ${setting} to 1024 or more, or give it the right to.`,
    );
  throw new Error(
    `${host} cannot be listened on (${code}). Set HOST to an address of this machine, or 0.0.0.0 for all.`,
  );
}

/** The code of the failure, or null. */
function tryToListen(host: string, port: number): Promise<string | null> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ host, port }, () => server.close(() => resolve(null)));
  });
}

/** Where to ask for what listens on all addresses, or under a name that callbacks may not go to. */
const ADDRESS_OF: Record<string, string> = { '0.0.0.0': '127.0.0.1', '::': '::1', localhost: '127.0.0.1' };
const HEALTHY = '{"status":"ok"}';

async function isHookswitch(host: string, port: number): Promise<boolean> {
  const address = ADDRESS_OF[host] ?? host;
  const own = { 4: [`${address}/32`], 6: [`${address}/128`], 0: [] }[isIP(address)] ?? [];
  const policy = createPolicy({ allowHttp: true, allowCidrs: ['127.0.0.0/8', ...own] });
  const outbound = createOutbound({ policy });
  try {
    const name = isIP(address) === 6 ? `[${address}]` : address;
    const { body } = await outbound.request({ method: 'GET', url: `http://${name}:${port}/healthz` });
    return String(body) === HEALTHY;
  } catch {
    return false;
  } finally {
    await outbound.close();
  }
}
