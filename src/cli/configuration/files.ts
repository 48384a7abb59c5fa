import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Document, isCollection, isMap, isScalar, LineCounter, parseAllDocuments } from 'yaml';

/** A place in a file. */
interface Position {
  file: string;
  line: number;
  column: number;
}

export interface FileFault extends Position {
  /** Within the document, such as `spec.mode`. */
  path: string;
  message: string;
}

export type Path = readonly (string | number)[];

/** A document as it stands in a file. */
export interface Source {
  file: string;
  value: unknown;
  /** The place of the longest part of the path that is there, and the length of that part. */
  locate(path: Path): { position: Position; found: number };
}

const DOCUMENT_FILE = /\.(ya?ml|json)$/i;
/** Folders of bot files, whose definitions are no documents. */
const BOT_FILE = /^((bot|app)Definition|config|tableDefinition)\b.*\.json$/i;

/** The documents of a file, or of all files of a folder, in the order of their names. Adds what cannot be read to the faults. */
export async function readSources(path: string, faults: FileFault[]): Promise<Source[]> {
  const files = (await stat(path)).isDirectory() ? await filesIn(path) : [path];
  if (files.length === 0) throw new Error(`${path} holds no .yaml, .yml or .json files.`);
  const found: Source[] = [];
  for (const file of files) found.push(...sourcesOf(file, await readFile(file, 'utf8'), faults));
  return found;
}

async function filesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  return names
    .filter((entry) => entry.isFile() && DOCUMENT_FILE.test(entry.name) && !BOT_FILE.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** The documents of a text: one or many, or a list of them. */
export function sourcesOf(file: string, text: string, faults: FileFault[]): Source[] {
  const lines = new LineCounter();
  const parsed = parseAllDocuments(text.replace(/^\uFEFF/, ''), { lineCounter: lines });
  const documents = Array.isArray(parsed) ? parsed : [];
  return documents.flatMap((document) => {
    for (const error of document.errors) {
      const { line, col } = lines.linePos(error.pos[0]);
      faults.push({ file, line, column: col, path: '', message: error.message.split('\n')[0] ?? '' });
    }
    if (document.errors.length > 0 || document.contents === null) return [];
    const value: unknown = document.toJS();
    const sourceAt = (one: unknown, prefix: Path): Source => ({
      file,
      value: one,
      locate: (path) => locate(document, prefix, path, (offset) => toPosition(file, lines, offset)),
    });
    return Array.isArray(value) ? value.map((one, index) => sourceAt(one, [index])) : [sourceAt(value, [])];
  });
}

function toPosition(file: string, lines: LineCounter, offset: number): Position {
  const { line, col } = lines.linePos(offset);
  return { file, line, column: col };
}

/** Goes down as far as the path is there; a member of a map is where its key is. */
function locate(document: Document, prefix: Path, path: Path, positionAt: (offset: number) => Position) {
  let node: unknown = document.contents;
  let offset = 0;
  let found = -prefix.length;
  for (const step of [...prefix, ...path]) {
    if (!isCollection(node)) break;
    const next: unknown = node.get(step, true);
    if (next === undefined) break;
    const key: unknown = isMap(node)
      ? node.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === String(step))?.key
      : next;
    offset = (key as { range?: [number, number, number] | null })?.range?.[0] ?? offset;
    node = next;
    found += 1;
  }
  if (found <= 0 && isCollection(node)) offset = node.range?.[0] ?? offset;
  return { position: positionAt(offset), found: Math.max(0, found) };
}
