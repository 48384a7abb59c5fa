import { resolve } from 'node:path';
import { type FileFault, type Path, readSources } from './files.js';
import { fillIn } from './fill.js';
import { faultAt, type Layered, mergeLayers } from './layers.js';

/** Documents ready to be sent, and where each stands. */
export interface ReadDocuments {
  documents: unknown[];
  layered: readonly Layered[];
}

/** What is wrong with files, all of it: a line each. */
export class FilesAreWrong extends Error {
  constructor(faults: readonly FileFault[]) {
    super(
      faults
        .map(
          ({ file, line, column, path, message }) => `${file}:${line}:${column}: ${path ? `${path}: ` : ''}${message}`,
        )
        .join('\n'),
    );
  }
}

/** Reads files and folders, each on top of those before it. Throws FilesAreWrong. */
export async function readDocuments(paths: readonly string[], env: NodeJS.ProcessEnv): Promise<ReadDocuments> {
  const faults: FileFault[] = [];
  const layers = [];
  for (const path of paths) layers.push(await readSources(path, faults));
  const layered = mergeLayers(layers);
  const documents = await Promise.all(layered.map((one) => fillIn(one, env, faults)));
  if (faults.length > 0) throw new FilesAreWrong(faults.sort(byPlace));
  return { documents, layered };
}

/** The faults that a server found, by their places in the files. */
export function toFileFaults(
  { layered }: ReadDocuments,
  faults: readonly { document: number; path: Path; message: string }[],
): FilesAreWrong {
  const located = faults.flatMap(({ document, path, message }) => {
    const one = layered[document];
    return one ? [faultAt(one, path, message)] : [];
  });
  return new FilesAreWrong(located.sort(byPlace));
}

function byPlace(a: FileFault, b: FileFault): number {
  const files = resolve(a.file) < resolve(b.file) ? -1 : 1;
  return a.file === b.file ? a.line - b.line || a.column - b.column : files;
}
