import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Koa from 'koa';
import type { GraphqlDeps } from '../../src/graphql/server.js';
import { createGraphql } from '../../src/graphql/server.js';

export interface GraphqlServer {
  url: string;
  /** The whole answer to a document. */
  send(document: string, variables?: Record<string, unknown>, token?: string): Promise<GraphqlAnswer>;
  stop(): Promise<void>;
}

export interface GraphqlAnswer {
  // biome-ignore lint/suspicious/noExplicitAny: each test knows the shape of the document it sends
  data: any;
  errors?: { message: string; path?: string[]; extensions: Record<string, unknown> }[];
}

/** The API alone, over real HTTP on a free port; `token` is sent where none is given. */
export async function serveGraphql(deps: GraphqlDeps, token?: string): Promise<GraphqlServer> {
  const graphql = await createGraphql(deps);
  const koa = new Koa();
  koa.use(graphql.middleware);
  const server = createServer((request, response) => void koa.callback()(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
  return {
    url,
    async send(query, variables = {}, as = token) {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(as && { authorization: `Bearer ${as}` }) },
        body: JSON.stringify({ query, variables }),
      });
      return (await response.json()) as GraphqlAnswer;
    },
    async stop() {
      graphql.closeStreams();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await graphql.stop();
    },
  };
}
