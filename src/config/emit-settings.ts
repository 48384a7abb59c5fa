import { readFileSync, writeFileSync } from 'node:fs';
import { describeEnv } from './env.js';

/** `npm run settings`: regenerates the table in docs/settings.md. */
const file = new URL('../../docs/settings.md', import.meta.url);
const rows = describeEnv().map(
  ({ name, meaning, fallback }) => `| \`${name}\` | ${fallback === '' ? 'none' : `\`${fallback}\``} | ${meaning} |`,
);
const table = ['| Name | Default | Means |', '|---|---|---|', ...rows, ''].join('\n');
writeFileSync(file, readFileSync(file, 'utf8').replace(/\| Name \|[\s\S]*?\n(?=\n)/, table));
