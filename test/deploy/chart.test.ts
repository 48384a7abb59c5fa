import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { describeEnv } from '../../src/config/env.js';
import { deployFiles, textOf, yamlOf } from './files.js';

interface Values {
  drainSeconds: number;
  [name: string]: unknown;
}
const values = yamlOf<Values>('deploy/chart/values.yaml');
const validate = new Ajv().compile(JSON.parse(readFileSync('deploy/chart/values.schema.json', 'utf8')));
const templates = deployFiles().filter((file) => file.startsWith('chart/templates/'));

describe('the Helm chart', () => {
  it('has values that its schema takes, and a schema that refuses slips', () => {
    expect(validate(values) || validate.errors).toBe(true);
    expect(validate({ ...values, replica: 3 })).toBe(false);
    expect(validate({ ...values, drainSeconds: '20s' })).toBe(false);
    expect(validate({ ...values, keyRing: { secretName: '', key: 'key-ring' } })).toBe(false);
  });

  it.each(templates)('uses only values that there are, and ends every block: %s', (file) => {
    const text = textOf(file);
    expect(text.split('{{').length).toBe(text.split('}}').length);
    for (const [, path = ''] of text.matchAll(/\.Values\.([\w.]+)/g)) expect(values).toHaveProperty(path);
    const blocks = text.match(/\{\{-? (if|range|with|end)\b/g) ?? [];
    expect(blocks.filter((block) => block.endsWith('end')).length * 2).toBe(blocks.length);
  });

  it.each(templates)('is YAML of Kubernetes once its lines of control are gone: %s', (file) => {
    const plain = textOf(file)
      .replaceAll(/^\s*\{\{-.*\}\}\n/gm, '')
      .replaceAll(/\{\{.*?\}\}/g, 'word');
    const documents = parseAllDocuments(plain).filter((document) => document.contents !== null);
    expect(documents.length).toBeGreaterThan(0);
    for (const document of documents) {
      expect(document.errors).toEqual([]);
      expect(document.toJS()).toMatchObject({ apiVersion: expect.any(String), kind: expect.any(String) });
    }
  });

  it('gives pods longer than they drain, whatever DRAIN_SECONDS is', () => {
    const more = Number(
      /GracePeriodSeconds: \{\{ add \$\.Values\.drainSeconds (\d+) \}\}/.exec(textOf(DEPLOYMENTS))?.[1],
    );
    expect(more).toBeGreaterThanOrEqual(10);
    const standard = describeEnv().find(({ name }) => name === 'DRAIN_SECONDS')?.fallback;
    expect(String(values.drainSeconds)).toBe(standard);
  });
});

const DEPLOYMENTS = 'chart/templates/deployments.yaml';
