import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { readBotFiles } from '../bot-files.js';
import type { FileFault, Path } from './files.js';
import { faultAt, isMap, type Layered, sourceOf } from './layers.js';

const REFERENCE = /\$\{(env|file):([^}]*)\}/g;
/** In place of a secret that stays as it is. */
const UNCHANGED = /^\$\{unchanged\}$/;

/** Engine settings that are credentials. */
const ENGINE_SECRETS = /^(apiKey|secret|token|appPassword|accessToken|password)$/;

/** A document as the server takes it: references filled in, and the files of bots in place of their paths. */
export async function fillIn(layered: Layered, env: NodeJS.ProcessEnv, faults: FileFault[]): Promise<unknown> {
  if (!isMap(layered.value)) return layered.value;
  const document: Record<string, unknown> = layered.value;
  const filled = await walk(document, []);
  return isMap(filled) ? withDefinition(filled) : filled;

  async function walk(value: unknown, path: Path): Promise<unknown> {
    if (typeof value === 'string') return fillText(value, path);
    if (Array.isArray(value)) return Promise.all(value.map((item, index) => walk(item, [...path, index])));
    if (!isMap(value)) return value;
    const entries = await Promise.all(
      Object.entries(value)
        .filter(([, item]) => !(typeof item === 'string' && UNCHANGED.test(item)))
        .map(async ([key, item]) => [key, await walk(item, [...path, key])] as const),
    );
    return Object.fromEntries(entries);
  }

  async function fillText(text: string, path: Path): Promise<string> {
    const references = [...text.matchAll(REFERENCE)];
    if (references.length === 0) {
      if (isSecret(document, path)) {
        const message = `Secrets do not stand in files: write \${env:NAME} or \${file:path}, or leave it out to keep what it is.`;
        faults.push(faultAt(layered, path, message));
      }
      return text;
    }
    let filled = '';
    let at = 0;
    for (const reference of references) {
      const [whole, of, name = ''] = reference;
      filled += text.slice(at, reference.index) + (of === 'env' ? fromEnv(name, path) : await fromFile(name, path));
      at = reference.index + whole.length;
    }
    return filled + text.slice(at);
  }

  function fromEnv(name: string, path: Path): string {
    const value = env[name];
    if (value === undefined) faults.push(faultAt(layered, path, `The environment has no variable ${name}.`));
    return value ?? '';
  }

  async function fromFile(name: string, path: Path): Promise<string> {
    try {
      const text = await readFile(resolve(dirname(sourceOf(layered, path).file), name), 'utf8');
      return text.replace(/\r?\n$/, '');
    } catch (error) {
      faults.push(faultAt(layered, path, `The file ${name} cannot be read: ${reasonOf(error)}.`));
      return '';
    }
  }

  async function withDefinition(filled: Record<string, unknown>): Promise<unknown> {
    const { spec } = filled;
    if (filled.kind !== 'Bot' || !isMap(spec) || typeof spec.definition !== 'string') return filled;
    const path = ['spec', 'definition'];
    try {
      const file = resolve(dirname(sourceOf(layered, path).file), spec.definition);
      return { ...filled, spec: { ...spec, definition: await readBotFiles(file) } };
    } catch (error) {
      faults.push(faultAt(layered, path, `The bot's files cannot be read: ${reasonOf(error)}.`));
      return filled;
    }
  }
}

function isSecret(document: Record<string, unknown>, path: Path): boolean {
  const { kind, spec } = document;
  const [root, ...steps] = path;
  if (root !== 'spec') return false;
  const at = steps.filter((step) => typeof step === 'string').join('.');
  if (kind === 'App') return at === 'clientSecret';
  if (kind === 'Channel') return ['accessToken', 'delivery.auth.secret', 'delivery.headers.value'].includes(at);
  if (kind === 'Variable') return at === 'value' && isMap(spec) && spec.secured === true;
  return kind === 'Bot' && steps.length === 2 && steps[0] === 'engineSettings' && ENGINE_SECRETS.test(String(steps[1]));
}

/** What went wrong with a file, without the path on this machine. */
function reasonOf(error: unknown): string {
  const { code } = Object(error) as { code?: unknown };
  if (code === 'ENOENT') return 'there is none';
  return typeof code === 'string' ? code : error instanceof Error ? error.message.replace(/\.$/, '') : String(error);
}
