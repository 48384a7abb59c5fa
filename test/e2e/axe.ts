import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const OPTIONS: RunOptions = { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'] };

/** What is on the screen has no issue of accessibility, however small. */
export async function expectAccessible(page: Page): Promise<void> {
  // By the debugger's door: the policy of the page lets no foreign script in.
  const { violations } = await page.evaluate<AxeResults>(`${AXE}; axe.run(${JSON.stringify(OPTIONS)})`);
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join('\n')}`)).toEqual(
    [],
  );
}
