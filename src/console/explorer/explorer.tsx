import { GraphiQL } from 'graphiql';
import { HEADERS, sendOperation } from './send-operation';

const QUERY = `# You ask as whoever is signed in to the console; to ask as
# somebody else, put an API token under Headers, below.
# Ctrl-Space completes, Ctrl-Enter runs.
# The book at the left documents it all.

query Welcome {
  viewer {
    name
    role
  }
}
`;

/** Every operation of the API, with its documentation and completion. Keeps queries in the browser, never headers. */
export function Explorer() {
  return (
    <GraphiQL
      fetcher={sendOperation}
      defaultQuery={QUERY}
      defaultHeaders={HEADERS}
      defaultEditorToolsVisibility="headers"
      shouldPersistHeaders={false}
      showPersistHeadersSettings={false}
    >
      <GraphiQL.Logo>Hookswitch</GraphiQL.Logo>
    </GraphiQL>
  );
}
