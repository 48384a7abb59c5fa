import { readdirSync, readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';

/** The text of a file in deploy/. */
export const textOf = (file: string): string => readFileSync(`deploy/${file}`, 'utf8');

/** What a YAML file says. Throws at any fault or warning, keys that are there twice among them. */
export function yamlOf<T>(path: string): T {
  const document = parseDocument(readFileSync(path, 'utf8'), { merge: true });
  const [fault] = [...document.errors, ...document.warnings];
  if (fault) throw fault;
  return document.toJS() as T;
}

/** Paths of all files in deploy/, relative to it. */
export const deployFiles = (): string[] =>
  readdirSync('deploy', { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`.slice('deploy/'.length));

const lines = textOf('Dockerfile').replaceAll(/\\\n\s*/g, ' ');
const argumentsOf = (pattern: RegExp): string[] => JSON.parse(pattern.exec(lines)?.[1] ?? '[]') as string[];

/** The Dockerfile's instructions, each on one line, and its commands in the exec form. */
export const dockerfile = {
  lines: lines.split('\n').filter((line) => line !== '' && !line.startsWith('#')),
  command: argumentsOf(/^CMD (\[.*\])$/m),
  healthCheck: argumentsOf(/^HEALTHCHECK .* CMD (\[.*\])$/m),
};
