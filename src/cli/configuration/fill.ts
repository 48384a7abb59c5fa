import { dirname, resolve } from 'node:path';
import { readBotFiles } from '../bot-files.js';
import type { FileFault, Path } from './files.js';
import { faultAt, isMap, type Layered, sourceOf } from './layers.js';
import { fillReferences, REFERENCE, reasonOf } from './references.js';

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
    if (text.search(REFERENCE) < 0) {
      if (isSecret(document, path)) {
        const message = `Secrets do not stand in files: write \${env:NAME} or \${file:path}, or leave it out to keep what it is.`;
        faults.push(faultAt(layered, path, message));
      }
      return text;
    }
    return fillReferences(text, env, dirname(sourceOf(layered, path).file), (message) => {
      faults.push(faultAt(layered, path, message));
    });
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

const CHANNEL_SECRETS = [
  'accessToken',
  'delivery.auth.secret',
  'delivery.headers.value',
  'delivery.clientCertificate.privateKey',
];

function isSecret(document: Record<string, unknown>, path: Path): boolean {
  const { kind, spec } = document;
  const [root, ...steps] = path;
  if (root !== 'spec') return false;
  const at = steps.filter((step) => typeof step === 'string').join('.');
  if (kind === 'App') return at === 'clientSecret';
  if (kind === 'Channel') return CHANNEL_SECRETS.includes(at);
  if (kind === 'Alert') return at === 'target' && isMap(spec) && spec.format !== 'EMAIL';
  if (kind === 'Variable') return at === 'value' && isMap(spec) && spec.secured === true;
  return kind === 'Bot' && steps.length === 2 && steps[0] === 'engineSettings' && ENGINE_SECRETS.test(String(steps[1]));
}
