import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type Certificate, createCertificate } from '../support/certificate.js';
import { eventually } from '../support/eventually.js';
import { freePort } from '../support/free-port.js';
import { textOf } from './files.js';

/** Why nginx is not run; null: it is. */
export const noNginx: string | null =
  spawnSync('nginx', ['-v']).status === 0 ? null : 'there is no nginx on this machine (Debian: nginx-light)';

export const PUBLIC_NAME = 'hooks.example.com';

export interface Call {
  method?: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
  /** The caller's address: any of 127.0.0.0/8 on Linux. */
  from?: string;
}

/** nginx with `deploy/nginx.conf` before a server, on free ports. */
export interface Nginx {
  /** The answer, its body unread. */
  open(path: string, call?: Call): Promise<IncomingMessage>;
  call(path: string, call?: Call): Promise<{ status: number; text: string; headers: IncomingMessage['headers'] }>;
  /** What the port for plain HTTP answers. */
  plainPort: number;
  stop(): Promise<void>;
}

/** The file of deploy/ with nothing changed but ports, addresses and the folder of certificates. */
async function prepare(folder: string, ports: { plain: number; tls: number; server: number }): Promise<Certificate> {
  const certificate = createCertificate({ hosts: [PUBLIC_NAME] });
  await writeFile(join(folder, 'fullchain.pem'), certificate.cert);
  await writeFile(join(folder, 'privkey.pem'), certificate.key);
  const site = textOf('nginx.conf')
    .replaceAll('/etc/ssl/hookswitch', folder)
    .replaceAll(/^ *listen \[::\].*\n/gm, '') // a machine of tests may have no IPv6
    .replaceAll('listen 80;', `listen 127.0.0.1:${ports.plain};`)
    .replaceAll('listen 443 ssl;', `listen 127.0.0.1:${ports.tls} ssl;`)
    .replaceAll('server 127.0.0.1:4000;', `server 127.0.0.1:${ports.server};`);
  const scratch = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${folder}/${name};\n`,
  );
  const user = process.getuid?.() === 0 ? 'user root;\n' : ''; // else its workers could not read the folder
  const http = `access_log off;\n${scratch.join('')}${site}`;
  await writeFile(
    join(folder, 'nginx.conf'),
    `${user}daemon off;\npid ${folder}/pid;\nerror_log stderr;\nevents {}\nhttp {\n${http}}\n`,
  );
  return certificate;
}

export async function startNginx(serverUrl: string): Promise<Nginx> {
  const folder = await mkdtemp(join(tmpdir(), 'hookswitch-nginx-'));
  const [plain, tls] = [await freePort(), await freePort()];
  const { cert } = await prepare(folder, { plain, tls, server: Number(new URL(serverUrl).port) });
  const config = join(folder, 'nginx.conf');
  const nginx = spawn('nginx', ['-p', folder, '-c', config], { stdio: ['ignore', 'ignore', 'pipe'] });
  const complaints = text(nginx.stderr);
  const ended = once(nginx, 'exit');
  await eventually(() => nginx.exitCode !== null || accepts(tls));
  if (nginx.exitCode !== null) throw new Error(`nginx did not start: ${await complaints}`);

  const agents = new Map<string, Agent>();
  const agentOf = (from: string) => {
    const agent = agents.get(from) ?? new Agent({ keepAlive: true, localAddress: from });
    agents.set(from, agent);
    return agent;
  };
  const open: Nginx['open'] = (path, { method = 'GET', headers = {}, body, from = '127.0.0.1' } = {}) =>
    new Promise((resolve, reject) => {
      const sent = { host: PUBLIC_NAME, ...(body !== undefined && { 'content-length': Buffer.byteLength(body) }) };
      const target = { host: '127.0.0.1', port: tls, servername: PUBLIC_NAME, ca: cert };
      const asked = request({ ...target, path, method, agent: agentOf(from), headers: { ...sent, ...headers } });
      asked.on('response', resolve).on('error', reject).end(body);
    });
  return {
    open,
    async call(path, call) {
      const answer = await open(path, call);
      return { status: answer.statusCode ?? 0, text: await text(answer), headers: answer.headers };
    },
    plainPort: plain,
    async stop() {
      for (const agent of agents.values()) agent.destroy();
      await end(nginx, ended);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function end(nginx: ChildProcess, ended: Promise<unknown>): Promise<void> {
  nginx.kill('SIGTERM');
  await ended;
}

const accepts = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
