/** A POST as a line of curl for a POSIX shell. */
export const curl = (
  url: string,
  headers: readonly (readonly [name: string, value: unknown])[],
  body: string,
): string =>
  [
    `curl -X POST ${quoted(url)}`,
    ...headers.map(([name, value]) => `  -H ${quoted(`${name}: ${value}`)}`),
    `  -d ${quoted(body)}`,
  ].join(' \\\n');

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
