import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { dockerfile, yamlOf } from './files.js';

interface Workflow {
  permissions: Record<string, string>;
  jobs: Record<string, Job>;
}
interface Job {
  needs?: string;
  'timeout-minutes': number;
  steps: Step[];
}
interface Step {
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
}
const FOLDER = '.github/workflows';

describe('workflows', () => {
  it.each(readdirSync(FOLDER))(
    'are YAML, end in time, may write only where they say so, and wait for jobs that there are: %s',
    (file) => {
      const { permissions, jobs } = yamlOf<Workflow>(`${FOLDER}/${file}`);
      expect(permissions).toEqual({ contents: 'read' });
      for (const { needs, steps, 'timeout-minutes': limit } of Object.values(jobs)) {
        expect(limit).toBeGreaterThan(0);
        if (needs) expect(jobs).toHaveProperty(needs);
        for (const { uses, run } of steps) {
          expect([uses, run].filter((part) => part !== undefined)).toHaveLength(1);
          if (uses) expect(uses).toMatch(/^[\w-]+\/[\w-]+@v\d+$/);
        }
      }
    },
  );

  it('release only what was tested, from a Dockerfile that there is and with arguments that it takes', () => {
    const { check, ...others } = yamlOf<Workflow>(`${FOLDER}/release.yml`).jobs;
    expect(check?.steps.at(-1)?.run).toBe('.ci/run');
    for (const { needs } of Object.values(others)) expect(needs).toBe('check');
    const build = others.image?.steps.find(({ uses }) => uses?.startsWith('docker/build-push-action'))?.with ?? {};
    expect(existsSync(String(build.file))).toBe(true);
    for (const [, name] of String(build['build-args']).matchAll(/^(\w+)=/gm))
      expect(dockerfile.lines.some((line) => line.startsWith(`ARG ${name}=`))).toBe(true);
  });

  it('test on the Node that the image has', () => {
    const { jobs } = yamlOf<{ jobs: { check: { strategy: { matrix: { node: number[] } } } } }>(`${FOLDER}/ci.yml`);
    const [, version] = /^ARG NODE_VERSION=(\d+)$/m.exec(dockerfile.lines.join('\n')) ?? [];
    expect(jobs.check.strategy.matrix.node).toContain(Number(version));
  });
});
