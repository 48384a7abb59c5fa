import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const THIS_FILE = 'test/house/citations.test.ts'; // its samples cite what does not exist

const repository = fileURLToPath(new URL('../../', import.meta.url));
const git = (...args: string[]): string[] =>
  execFileSync('git', ['ls-files', ...args], { cwd: repository, encoding: 'utf8' })
    .split('\n')
    .filter((file) => file !== '');

/** Every `name.md §1.2` of a text, also where a line of a comment ends between the two. */
function citationsIn(text: string): { document: string; section: string | undefined }[] {
  const flat = text.replaceAll(/\n\s*(\*|\/\/)?\s*/g, ' ');
  return [...flat.matchAll(/([\w-]+\.md)(?: §([\d.]*\d))?/g)].map(([, document = '', section]) => ({
    document,
    section,
  }));
}

const headingsOf = (file: string): Set<string> =>
  new Set([...readFileSync(`${repository}${file}`, 'utf8').matchAll(/^#+ (\d[\d.]*?)\.? /gm)].map(([, n = '']) => n));

it('cites only documents and sections that the repository has', () => {
  const documents = new Map(git('*.md').map((file) => [file.slice(file.lastIndexOf('/') + 1), file]));
  const sources = git(
    'src/*.ts',
    'src/*.tsx',
    'src/*.mjs',
    'test/*.ts',
    'schema/*.ts',
    'migrations/*.ts',
    'bench/*.ts',
  );
  const dead = sources
    .filter((source) => source !== THIS_FILE)
    .flatMap((source) =>
      citationsIn(readFileSync(`${repository}${source}`, 'utf8')).flatMap(({ document, section }) => {
        const file = documents.get(document);
        if (file && (!section || headingsOf(file).has(section))) return [];
        return [`${source}: ${document}${section ? ` §${section}` : ''}`];
      }),
    );
  expect(dead).toEqual([]);
});

it('finds a citation of a section, on one line or over two', () => {
  expect(citationsIn('/** A fact (notes.md §1.2). */')).toEqual([{ document: 'notes.md', section: '1.2' }]);
  expect(citationsIn('/**\n * A fact (notes.md\n * §3). */')).toEqual([{ document: 'notes.md', section: '3' }]);
});
