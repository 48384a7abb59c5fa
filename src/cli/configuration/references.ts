import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

export const REFERENCE = /\$\{(env|file):([^}]*)\}/g;

/** A text with its references filled in: `${env:NAME}`, and `${file:path}` from a folder. Tells what cannot be. */
export async function fillReferences(
  text: string,
  env: NodeJS.ProcessEnv,
  folder: string,
  tell: (message: string) => void,
): Promise<string> {
  let filled = '';
  let at = 0;
  for (const reference of text.matchAll(REFERENCE)) {
    const [whole, of, name = ''] = reference;
    filled += text.slice(at, reference.index) + (of === 'env' ? fromEnv(name) : await fromFile(name));
    at = reference.index + whole.length;
  }
  return filled + text.slice(at);

  function fromEnv(name: string): string {
    const value = env[name];
    if (value === undefined) tell(`The environment has no variable ${name}.`);
    return value ?? '';
  }

  async function fromFile(name: string): Promise<string> {
    try {
      return (await readFile(resolve(folder, name), 'utf8')).replace(/\r?\n$/, '');
    } catch (error) {
      tell(`The file ${name} cannot be read: ${reasonOf(error)}.`);
      return '';
    }
  }
}

/** What went wrong with a file, without the path on this machine. */
export function reasonOf(error: unknown): string {
  const { code } = Object(error) as { code?: unknown };
  if (code === 'ENOENT') return 'there is none';
  return typeof code === 'string' ? code : error instanceof Error ? error.message.replace(/\.$/, '') : String(error);
}
