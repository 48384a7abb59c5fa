import Router from '@koa/router';
import { type BotsDeps, bots } from './bots.js';
import { type ConversationsDeps, messages, sessions } from './conversations.js';
import { downloadPaths } from './download-links.js';
import { otherMethods } from './endpoint.js';
import { download, type ExportDeps, exportStatus, startExport } from './exports.js';
import { type ImportDeps, importInto, importNew, importStatus } from './imports.js';
import { type PublishingDeps, publish, publishStatus } from './publishing.js';
import { exportVariables, importVariables, type VariablesDeps } from './variables.js';

export type ManagementDeps = ImportDeps &
  ExportDeps &
  PublishingDeps &
  VariablesDeps &
  BotsDeps &
  ConversationsDeps & { publicUrl: string };

/** Both generations of paths; known scripts mix them. */
const BASES = ['/api/public', '/api/1.1/public'];
/** Messages of one answer. */
const MOST = { getMessages: 100, getMessagesV2: 10_000 };

/** The platform's management API (management-api.md), over the commands of the domain. */
export function managementRoutes(deps: ManagementDeps): Router {
  const router = new Router();
  const refuseOthers = otherMethods(deps);
  for (const base of BASES) {
    const paths: [path: string, route: (path: string) => unknown][] = [
      [`${base}/bot/import`, (path) => router.post(path, importNew(deps))],
      [`${base}/bot/import/status/:requestId`, (path) => router.get(path, importStatus(deps))],
      [`${base}/bot/:botId/import`, (path) => router.post(path, importInto(deps))],
      [`${base}/bot/:botId/export`, (path) => router.post(path, startExport(deps))],
      [`${base}/bot/:botId/export/status`, (path) => router.get(path, exportStatus(deps))],
      [`${base}/bot/:botId/export/:requestId`, (path) => router.get(path, exportStatus(deps))],
      [`${base}/bot/:botId/publish`, (path) => router.post(path, publish(deps))],
      [`${base}/bot/:botId/publish/status`, (path) => router.get(path, publishStatus(deps))],
      [`${base}/bots`, (path) => router.get(path, bots(deps))],
      [`${base}/bot/:botId/getSessions`, (path) => router.post(path, sessions(deps))],
      [`${base}/getSessions`, (path) => router.post(path, sessions(deps))],
    ];
    for (const noun of ['bot', 'stream']) {
      const variables = `${base}/builder/${noun}/:botId/variables`;
      paths.push([`${variables}/export`, (path) => router.post(path, exportVariables(deps))]);
      paths.push([`${variables}/import`, (path) => router.post(path, importVariables(deps))]);
    }
    for (const [name, most] of Object.entries(MOST)) {
      const answer = messages(deps, most);
      paths.push([`${base}/bot/:botId/${name}`, (path) => router.get(path, answer).post(path, answer)]);
      paths.push([`${base}/${name}`, (path) => router.post(path, answer)]);
    }
    for (const [path, route] of paths) {
      route(path);
      router.all(path, refuseOthers);
    }
  }
  for (const path of downloadPaths(deps.publicUrl)) router.get(path, download(deps));
  return router;
}
