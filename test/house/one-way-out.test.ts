import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const repository = fileURLToPath(new URL('../../', import.meta.url));

/** What opens a connection to somewhere; servers and types of node:http are none of it. */
const CALLS =
  /\bfetch\(|'(undici|nodemailer|node:(https|http2|dgram))'|\b(request|get)\b[^;\n]*'node:http'|\bcreateConnection\b[^;\n]*'node:net'|otlp-http'/;

/** The operator's own collector of traces; all else is called through the one door, with its guard and its proxy. */
const ALLOWED = ['src/server/otlp-tracing.ts'];

it('calls to the outside are made by src/outbound alone', () => {
  const files = execFileSync('git', ['ls-files', 'src/*.ts'], { cwd: repository, encoding: 'utf8' }).trim().split('\n');
  const inside = files.filter((file) => !/^src\/(outbound|client|admin|cli|console|demo|setup)\//.test(file));
  expect(inside.filter((file) => CALLS.test(readFileSync(`${repository}${file}`, 'utf8')))).toEqual(ALLOWED);
});
