import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CONTENTS } from '../../src/console/docs/contents.js';
import { HELP_SECTIONS, helpAbout } from '../../src/console/docs/help.js';
import { renderPage } from '../../src/console/docs/write-docs.js';

const pages = Object.values(CONTENTS).flat();
const read = (page: string) =>
  readFileSync(new URL(`../../${page === 'CHANGELOG' ? '' : 'docs/'}${page}.md`, import.meta.url), 'utf8');
const rendered = new Map(pages.map((page) => [page, renderPage(page, read(page))]));

describe('the documentation that ships with the console', () => {
  it('has every page of docs/, and the list of changes', () => {
    const written = readdirSync(new URL('../../docs/', import.meta.url)).filter((name) => name.endsWith('.md'));
    expect([...pages].sort()).toEqual(['CHANGELOG', ...written.map((name) => name.replace(/\.md$/, ''))].sort());
  });

  it('has every section that a page links to, or that a page of the console names as its help', () => {
    const linked = [...rendered].flatMap(([page, html]) =>
      [...html.matchAll(/href="(?:\/console\/docs\/)([^"]+)"|href="(#[^"]+)"/g)].map(([, there, here]) =>
        there ? there : `${page}${here}`,
      ),
    );
    for (const target of [...linked, ...HELP_SECTIONS]) {
      const [page = '', anchor] = target.split('#');
      if (page === 'docs.css') continue;
      expect(rendered.has(page), target).toBe(true);
      if (anchor) expect(rendered.get(page)?.includes(`id="${anchor}"`), target).toBe(true);
    }
  });

  it('shows markup of code and of links as text, and leads to no file that does not ship', () => {
    const html = renderPage('hooks', '# T\n\n```\n<script>1</script>\n```\n\n[a](../src/x.ts) [b](admin.md#c) `<i>`');
    expect(html).toContain('<pre tabindex="0"><code>&lt;script&gt;1&lt;/script&gt;</code></pre>');
    expect(html).toContain('<p>a <a href="/console/docs/admin#c">b</a> <code>&lt;i&gt;</code></p>');
  });

  it('is found from every page: by its own section, else by the page about the console', () => {
    expect(helpAbout('/bots/st-1/channels/new')).toBe('/console/docs/console#a-channel');
    expect(helpAbout('/bots/st-1/channels/ivrInst-1/overrides')).toBe('/console/docs/admin#messages-and-overrides');
    expect(helpAbout('/bots')).toBe('/console/docs/admin#channels');
    expect(helpAbout('/nowhere')).toBe('/console/docs/console');
  });
});
