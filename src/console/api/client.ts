import { Client, cacheExchange, fetchExchange, makeOperation, mapExchange } from 'urql';
import { HEADERS } from './headers';
import { sessionEnded } from './session';

/**
 * Every answer is about one account, and hardly any change stays with one type: an approval changes channels, versions
 * and bots. So each operation is told to be about this, and a mutation refreshes whatever is on the screen.
 */
const EVERYTHING = ['Everything'];

export function createClient(): Client {
  return new Client({
    url: '/graphql',
    preferGetMethod: false,
    requestPolicy: 'cache-and-network',
    fetchOptions: { headers: HEADERS, credentials: 'same-origin' },
    exchanges: [
      mapExchange({
        onOperation: (operation) =>
          makeOperation(operation.kind, operation, { ...operation.context, additionalTypenames: EVERYTHING }),
        onError(error) {
          if (error.graphQLErrors.some(({ extensions }) => extensions.code === 'UNAUTHENTICATED')) sessionEnded(true);
        },
      }),
      cacheExchange,
      fetchExchange,
    ],
  });
}
