import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { LineCounter, parseDocument, visit } from 'yaml';
import type { ImportBotInput } from '../admin/admin.js';
import { fillReferences } from './configuration/references.js';

/** Reads what `importBot` takes as bindings, its references filled in. Throws a line for each fault. */
export async function readBindings(file: string, env: NodeJS.ProcessEnv): Promise<ImportBotInput['bindings']> {
  const lineCounter = new LineCounter();
  const document = parseDocument((await readFile(file, 'utf8')).replace(/^\uFEFF/, ''), { lineCounter });
  const faults = document.errors.map(({ pos, message }) => at(pos[0], message.split('\n')[0] ?? ''));
  const texts: { value: unknown; range?: readonly number[] | null | undefined }[] = [];
  visit(document, { Scalar: (_, node) => void texts.push(node) });
  for (const node of texts) {
    if (typeof node.value !== 'string') continue;
    const tell = (message: string) => faults.push(at(node.range?.[0] ?? 0, message));
    node.value = await fillReferences(node.value, env, dirname(file), tell);
  }
  if (faults.length > 0) throw new Error(faults.join('\n'));
  return document.toJS() as ImportBotInput['bindings']; // the server checks it

  function at(offset: number, message: string): string {
    const { line, col } = lineCounter.linePos(offset);
    return `${file}:${line}:${col}: ${message}`;
  }
}
