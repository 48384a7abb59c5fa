import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

const TEXT = /\.(js|css|html|svg)$/;
const MIN_BYTES = 1024; // below, the headers weigh more than is saved

/** Puts a `.gz` beside each file, so that the server compresses nothing while it runs. */
export const compressFiles: Plugin = {
  name: 'compress-files',
  writeBundle({ dir = '' }) {
    for (const name of readdirSync(dir, { recursive: true, encoding: 'utf8' })) {
      const file = join(dir, name);
      if (!TEXT.test(name) || statSync(file).size < MIN_BYTES) continue;
      writeFileSync(`${file}.gz`, gzipSync(readFileSync(file), { level: 9 }));
    }
  },
};
