import type { PersonKey } from '../domain/directory/people.js';
import type { Domain } from '../domain/domain.js';
import { readObject } from './body.js';
import type { Filter } from './filter.js';
import { readFields, readListQuery, toListResponse, withFields } from './list.js';
import { textFor } from './match.js';
import { applyPatch, readOperations } from './patch.js';
import type { Methods, ScimRequest } from './request.js';
import { type createResources, toPersonInput, userDocument } from './resources.js';
import { readDocument, USER } from './shape.js';
import { assertVersion, send } from './versions.js';

/** `/Users` and `/Users/{id}`. */
export function createUsersEndpoint(
  people: Domain['directory']['people'],
  { user: toResource }: ReturnType<typeof createResources>,
) {
  const sendUser = ({ ctx, query }: ScimRequest, status: 200 | 201, person: Parameters<typeof toResource>[0]) => {
    const resource = toResource(person);
    send(ctx, status, resource, withFields(resource, readFields(query)));
  };

  const all: Methods = {
    async GET({ ctx, viewer, query }) {
      const asked = readListQuery(query);
      const found = await people.list(viewer, asked.filter && keyOf(asked.filter));
      ctx.body = toListResponse(found.map(toResource), asked);
    },
    async POST(request) {
      const input = toPersonInput(readDocument(USER, await readObject(request.ctx)), null);
      sendUser(request, 201, await people.create(request.viewer, input));
    },
  };

  const one = (id: string): Methods => ({
    async GET(request) {
      sendUser(request, 200, await people.get(request.viewer, id));
    },
    async PUT(request) {
      const document = readDocument(USER, await readObject(request.ctx));
      const changed = await people.change(request.viewer, id, (now) => {
        assertVersion(request.ctx, toResource(now));
        const input = toPersonInput(document, now);
        return { ...input, externalId: input.externalId ?? now.externalId }; // Okta leaves it out
      });
      sendUser(request, 200, changed);
    },
    async PATCH(request) {
      const operations = readOperations(await readObject(request.ctx));
      const changed = await people.change(request.viewer, id, (now) => {
        assertVersion(request.ctx, toResource(now));
        const document = userDocument(now);
        applyPatch(USER, document, operations);
        return toPersonInput(document, now);
      });
      sendUser(request, 200, changed);
    },
    async DELETE({ ctx, viewer }) {
      await people.remove(viewer, id, (now) => assertVersion(ctx, toResource(now)));
      ctx.status = 204;
    },
  });

  return { all, one };
}

/** What the filter leaves only a few users for. */
function keyOf(filter: Filter): PersonKey | null {
  const id = textFor(filter, 'id');
  if (id !== null) return { id };
  const userName = textFor(filter, 'username');
  if (userName !== null) return { userName };
  const externalId = textFor(filter, 'externalid');
  return externalId === null ? null : { externalId };
}
