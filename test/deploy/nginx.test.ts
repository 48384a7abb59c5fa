import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { createCertificate } from '../support/certificate.js';
import { textOf } from './files.js';

const isThere = spawnSync('nginx', ['-v']).status === 0;

it('nginx takes deploy/nginx.conf', async ({ skip }) => {
  skip(!isThere, 'there is no nginx on this machine');
  const folder = await mkdtemp(join(tmpdir(), 'hookswitch-nginx-'));
  try {
    const { cert, key } = createCertificate({ hosts: ['hooks.example.com'] });
    await writeFile(join(folder, 'fullchain.pem'), cert);
    await writeFile(join(folder, 'privkey.pem'), key);
    const site = textOf('nginx.conf')
      .replaceAll('/etc/ssl/hookswitch', folder)
      .replaceAll(/listen (\[::\]:)?(80|443)/g, (_, host = '', port) => `listen ${host}8${port}`); // -t binds them, and low ports are root's
    const whole = `pid ${folder}/pid;\nerror_log stderr;\nevents {}\nhttp {\naccess_log off;\n${site}}\n`;
    await writeFile(join(folder, 'nginx.conf'), whole);
    const { stderr } = await promisify(execFile)('nginx', ['-t', '-p', folder, '-c', join(folder, 'nginx.conf')]);
    expect(stderr).toContain('test is successful');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
