import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** The server under which `vite` in development finds the API. */
const SERVER = 'http://127.0.0.1:4000';

/**
 * Two pages that share nothing but the server: the console at /console/, and the explorer at /console/explorer/, whose
 * editor weighs megabytes that the console must not carry.
 *
 * Everything comes from the server itself, under this policy and no wider one. The editor sets styles inline; its icons
 * and letters are data: URLs within its style sheet; its workers are files.
 *
 *     default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; worker-src 'self'; connect-src 'self';
 *     img-src 'self' data:; font-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'
 */
export default defineConfig({
  root: path('.'),
  base: '/console/',
  plugins: [react()],
  build: {
    outDir: path('../../dist/console'),
    emptyOutDir: true,
    rolldownOptions: { input: { console: path('index.html'), explorer: path('explorer/index.html') } },
    // The editor is one chunk by its nature; nothing to be gained by a warning about it at each build.
    chunkSizeWarningLimit: 5_000,
  },
  worker: { format: 'es' },
  server: { proxy: { '/graphql': SERVER } },
});
