import { fileURLToPath } from 'node:url';
import { noBrowser } from './browser.js';
import { takeGallery } from './gallery/take-gallery.js';
import { takePicturesOfDocs } from './gallery/take-pictures-of-docs.js';

/** `npm run screenshots`: the few pictures of docs/console.md, and into dist/screenshots/ one of every page. */
async function main(): Promise<void> {
  if (noBrowser) throw new Error(noBrowser);
  const folder = (path: string) => fileURLToPath(new URL(`../../${path}/`, import.meta.url));
  if (!process.argv.includes('--every-page-only')) await takePicturesOfDocs(folder('docs/images'));
  await takeGallery(folder('dist/screenshots'));
}

await main();
