import type { GraphiQLProps } from 'graphiql';
import { HEADERS as OF_CONSOLE } from '../api/headers';

const PLACEHOLDER = '<API token>';

/** What the header editor starts with. */
export const HEADERS = JSON.stringify({ Authorization: `Bearer ${PLACEHOLDER}` }, null, 2);

/** Posts one operation to the server that this page came from: with the token of the header editor, else as whoever is signed in. */
export const sendOperation: GraphiQLProps['fetcher'] = async (operation, options) => {
  const response = await fetch('/graphql', {
    method: 'POST',
    headers: { ...OF_CONSOLE, ...withoutPlaceholder(options?.headers), 'Content-Type': 'application/json' },
    body: JSON.stringify(operation),
  });
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    return { errors: [{ message: `The server answered ${response.status}: ${text.slice(0, 500)}` }] };
  }
};

/** Without a token the server can say that one is needed; a placeholder it could only call wrong. */
function withoutPlaceholder(headers: Record<string, string> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([, value]) => !value.includes(PLACEHOLDER)));
}
