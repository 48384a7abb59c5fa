import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { compressFiles } from './compress-files';
import { writeDocs } from './docs/write-docs';

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** The server under which `vite` in development finds the API. */
const SERVER = 'http://127.0.0.1:4000';

/**
 * Two pages that share nothing but the server: the console at /console/, and the explorer at /console/explorer/, whose
 * editor weighs megabytes that the console must not carry.
 *
 * Everything comes from the server itself, under the policy of src/server/console.ts and no wider one.
 */
export default defineConfig({
  root: path('.'),
  base: '/console/',
  plugins: [react(), writeDocs, compressFiles],
  // Only the compiler of types needs the generated documents (`npm run documents`); the page parses each when it loads.
  resolve: { alias: [{ find: /^.*\/\.generated\/gql$/, replacement: path('api/parse-document.ts') }] },
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
  server: { proxy: { '/graphql': SERVER, '/chatbot': SERVER, '/console/session': SERVER } },
});
