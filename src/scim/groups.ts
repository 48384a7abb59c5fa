import type { Group } from '../domain/directory/groups.js';
import type { Domain } from '../domain/domain.js';
import { readObject } from './body.js';
import { isAskedFor, readFields, readListQuery, toListResponse, withFields } from './list.js';
import { mentions } from './match.js';
import { applyPatch, readOperations } from './patch.js';
import type { Methods, ScimRequest } from './request.js';
import { type createResources, groupDocument, toGroupInput } from './resources.js';
import { GROUP, readDocument } from './shape.js';
import { assertVersion, send } from './versions.js';

/** `/Groups` and `/Groups/{id}`. */
export function createGroupsEndpoint(
  groups: Domain['directory']['groups'],
  { group: toResource }: ReturnType<typeof createResources>,
) {
  const sendGroup = ({ ctx, query }: ScimRequest, status: 200 | 201, group: Group) => {
    const resource = toResource(group);
    send(ctx, status, resource, withFields(resource, readFields(query)));
  };

  const all: Methods = {
    async GET({ ctx, viewer, query }) {
      const asked = readListQuery(query);
      const needed = isAskedFor(asked.fields, 'members') || (asked.filter && mentions(asked.filter, 'members'));
      const found = await groups.list(viewer, needed ? 'WITH_MEMBERS' : 'WITHOUT_MEMBERS');
      ctx.body = toListResponse(found.map(toResource), asked);
    },
    async POST(request) {
      const input = toGroupInput(readDocument(GROUP, await readObject(request.ctx)));
      sendGroup(request, 201, await groups.create(request.viewer, input));
    },
  };

  const one = (id: string): Methods => ({
    async GET(request) {
      sendGroup(request, 200, await groups.get(request.viewer, id));
    },
    async PUT(request) {
      const document = readDocument(GROUP, await readObject(request.ctx));
      const changed = await groups.change(request.viewer, id, (now) => {
        assertVersion(request.ctx, toResource(now));
        const input = toGroupInput(document);
        return { ...input, externalId: input.externalId ?? now.externalId }; // as for users
      });
      sendGroup(request, 200, changed);
    },
    async PATCH(request) {
      const operations = readOperations(await readObject(request.ctx));
      const changed = await groups.change(request.viewer, id, (now) => {
        assertVersion(request.ctx, toResource(now));
        const document = groupDocument(now);
        applyPatch(GROUP, document, operations);
        return toGroupInput(document);
      });
      sendGroup(request, 200, changed);
    },
    async DELETE({ ctx, viewer }) {
      await groups.remove(viewer, id, (now) => assertVersion(ctx, toResource(now)));
      ctx.status = 204;
    },
  });

  return { all, one };
}
