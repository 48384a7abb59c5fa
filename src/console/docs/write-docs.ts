import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Marked, Renderer } from 'marked';
import { gfmHeadingId } from 'marked-gfm-heading-id';
import type { Plugin } from 'vite';
import { CONTENTS } from './contents.js';

const DOCS = fileURLToPath(new URL('../../../docs/', import.meta.url));
const STYLE = fileURLToPath(new URL('docs.css', import.meta.url));

/** Writes `docs/` as pages that the console links to, in the folder `docs/` beside it. */
export const writeDocs: Plugin = {
  name: 'write-docs',
  writeBundle({ dir = '' }) {
    const folder = join(dir, 'docs');
    mkdirSync(join(folder, 'images'), { recursive: true });
    copyFileSync(STYLE, join(folder, 'docs.css'));
    for (const image of readdirSync(join(DOCS, 'images')))
      copyFileSync(join(DOCS, 'images', image), join(folder, 'images', image));
    for (const name of PAGES) writeFileSync(join(folder, `${name}.html`), renderPage(name, read(name)));
    writeFileSync(join(folder, 'index.html'), renderPage(FIRST, read(FIRST)));
  },
};

const PAGES = Object.values(CONTENTS).flat();
const FIRST = 'tutorial';

/** The list of changes stands above the documentation. */
const read = (name: string) => readFileSync(join(DOCS, name === 'CHANGELOG' ? '..' : '', `${name}.md`), 'utf8');
const titleOf = (markdown: string) => /^# (.+)$/m.exec(markdown)?.[1] ?? '';

/** One page of HTML, with the list of all pages. Links to files that are not among them become plain text. */
export function renderPage(name: string, markdown: string): string {
  const marked = new Marked(gfmHeadingId(), {
    renderer: {
      link({ href, tokens }) {
        const text = this.parser.parseInline(tokens);
        const to = addressOf(href);
        return to === null ? text : `<a href="${escaped(to)}">${text}</a>`;
      },
      // What may be wide scrolls by itself, and is reached by keyboard. A column without a name has no heading.
      table(table) {
        const html = Renderer.prototype.table.call(this, table).replaceAll('<th></th>', '<td></td>');
        return `<div class="wide" tabindex="0">${html}</div>\n`;
      },
      code({ text }) {
        return `<pre tabindex="0"><code>${escaped(text)}</code></pre>\n`;
      },
    },
  });
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escaped(titleOf(markdown))} · Hookswitch</title>
<link rel="stylesheet" href="/console/docs/docs.css">
</head>
<body>
<a class="skip" href="#content">Skip to content</a>
<nav aria-label="Documentation">
<p><a href="/console/">Back to the console</a></p>
${Object.entries(CONTENTS)
  .map(([title, pages]) => listOf(title, pages, name))
  .join('\n')}
</nav>
<main id="content">
${marked.parse(markdown)}
</main>
</body>
</html>
`;
}

const listOf = (title: string, pages: string[], current: string) => `<h2>${title}</h2>
<ul>
${pages
  .map((page) => {
    const marks = page === current ? ' aria-current="page"' : '';
    return `<li><a href="/console/docs/${page}"${marks}>${escaped(titleOf(read(page)))}</a></li>`;
  })
  .join('\n')}
</ul>`;

/** Where a link of a document leads among the pages; null: nowhere. */
function addressOf(href: string): string | null {
  if (/^(https?:|#)/.test(href)) return href;
  const [file = '', anchor] = href.split('#');
  const page = file.replace(/\.md$/, '');
  if (!PAGES.includes(page)) return null;
  return `/console/docs/${page}${anchor ? `#${anchor}` : ''}`;
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string) => text.replace(/[&<>"]/g, (char) => ENTITIES[char] ?? char);
