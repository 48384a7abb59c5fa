import { badInput, notFound } from '../errors.js';
import { rowId } from '../ids.js';
import { deleteSavedView, insertSavedView, type SavedViewRecord, savedViewsOf } from '../store/tables/saved-views.js';
import type { Viewer } from './access.js';
import { type CommandDeps, runCommand } from './command.js';

/** Views of one list that one user keeps; more: BAD_USER_INPUT (`name`). */
const MAX_VIEWS = 50;
/** Characters of a view's name, its address and its page; beyond: BAD_USER_INPUT. */
const MAX_NAME = 80;
const MAX_ADDRESS = 2_000;
const MAX_PAGE = 40;

export interface ViewToSave {
  page: string;
  name: string;
  address: string;
}

/** Filters and orders of lists that a user keeps under a name, for themself. */
export function createSavedViews(deps: CommandDeps) {
  return {
    list: (viewer: Viewer, page: string): Promise<SavedViewRecord[]> =>
      savedViewsOf(deps.database.read, viewer.id, page),

    /** In place of the one of the same name. BAD_USER_INPUT. */
    save: (viewer: Viewer, view: ViewToSave): Promise<SavedViewRecord> =>
      runCommand(deps, viewer, 'view.save', async ({ trx, now, audit }) => {
        const name = view.name.trim();
        if (name === '' || name.length > MAX_NAME)
          throw badInput('name', `A view has a name of 1 to ${MAX_NAME} characters.`);
        if (view.address.length > MAX_ADDRESS) throw badInput('address', `It has at most ${MAX_ADDRESS} characters.`);
        if (!/^[a-z-]+$/.test(view.page) || view.page.length > MAX_PAGE)
          throw badInput('page', 'Name a list, like "bots".');
        await deleteSavedView(trx, viewer.id, { page: view.page, name });
        if ((await savedViewsOf(trx, viewer.id, view.page)).length >= MAX_VIEWS)
          throw badInput('name', `You may keep ${MAX_VIEWS} views of a list. Delete one first.`);
        const saved = { ...view, name, id: rowId('vw'), userId: viewer.id, createdAt: now };
        await insertSavedView(trx, saved);
        audit(saved.id, { page: view.page, name });
        return saved;
      }),

    /** NOT_FOUND, also for another's. */
    remove: (viewer: Viewer, id: string): Promise<void> =>
      runCommand(deps, viewer, 'view.delete', async ({ trx, audit }) => {
        if ((await deleteSavedView(trx, viewer.id, { id })) === 0) throw notFound('saved view', id);
        audit(id);
      }),
  };
}
