/** The sample of a channel with another text in it. */
export function messageBody(sample: object, version: 'v1' | 'v2', text: string): object {
  return { ...sample, message: version === 'v1' ? { text } : { type: 'text', val: text } };
}

/** A line for a POSIX shell. */
export const curlLine = (url: string, token: string, body: object): string =>
  [
    `curl -X POST ${quoted(url)}`,
    `  -H ${quoted(`Authorization: bearer ${token}`)}`,
    `  -H 'Content-Type: application/json'`,
    `  -d ${quoted(JSON.stringify(body))}`,
  ].join(' \\\n');

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
