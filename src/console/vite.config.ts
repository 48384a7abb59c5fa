import { fileURLToPath } from 'node:url';
import { generate } from '@graphql-codegen/cli';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import codegen from './codegen.config';
import { compressFiles } from './compress-files';

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** The server under which `vite` in development finds the API. */
const SERVER = 'http://127.0.0.1:4000';

/** Writes the typed documents before anything imports them. */
const documents: Plugin = {
  name: 'typed-documents',
  configResolved: async () => void (await generate({ ...codegen, cwd: path('../..') }, true)),
};

/**
 * Two pages that share nothing but the server: the console at /console/, and the explorer at /console/explorer/, whose
 * editor weighs megabytes that the console must not carry.
 *
 * Everything comes from the server itself, under the policy of src/server/console.ts and no wider one.
 */
export default defineConfig({
  root: path('.'),
  base: '/console/',
  plugins: [documents, react(), compressFiles],
  build: {
    outDir: path('../../dist/console'),
    emptyOutDir: true,
    manifest: true,
    rolldownOptions: {
      input: { console: path('index.html'), explorer: path('explorer/index.html') },
      // The explorer's packages speak to a compiler that is not used here; nobody building this can act on it.
      onLog: (level, log, report) => (log.code === 'MODULE_LEVEL_DIRECTIVE' ? undefined : report(level, log)),
    },
    // The editor is one chunk by its nature; nothing to be gained by a warning about it at each build.
    chunkSizeWarningLimit: 5_000,
  },
  worker: { format: 'es' },
  server: { proxy: { '/graphql': SERVER, '/chatbot': SERVER, '/console/session': SERVER } },
});
