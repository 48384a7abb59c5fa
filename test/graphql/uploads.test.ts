import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { expect, it } from 'vitest';
import { createUploads } from '../../src/graphql/uploads.js';
import { maySlowlyUpload } from '../../src/slow-uploads.js';

it('an import may come in over a slow line', async () => {
  const uploads = createUploads();
  const request = new IncomingMessage(new Socket());
  const reading = uploads.read(request, 'us-1');
  expect(maySlowlyUpload(request)).toBe(true);
  request.push('{"query": "mutation { importBot }"}');
  request.push(null);
  expect(await reading).toEqual({ query: 'mutation { importBot }' });
  await uploads.close();
});
