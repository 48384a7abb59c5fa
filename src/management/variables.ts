import type { Middleware } from 'koa';
import type { Domain } from '../domain/domain.js';
import { AppError } from '../errors.js';
import { readList, textField } from './body.js';
import { type EndpointDeps, endpoint, paramOf } from './endpoint.js';
import { invalidArguments, invalidBot } from './refusals.js';

export interface VariablesDeps extends EndpointDeps {
  domain: Pick<Domain, 'appScopes' | 'bots'>;
}

/** `POST …/builder/stream/{botId}/variables/export` (management-api.md): all variables of a bot, the secured ones without value. */
export const exportVariables = (deps: VariablesDeps): Middleware =>
  endpoint(deps, ['BOT_VARIABLES'], async ({ ctx, viewer }) => {
    const botId = paramOf(ctx, 'botId');
    if (!(await deps.domain.bots.get(viewer, botId))) throw invalidBot();
    const variables = (await deps.domain.bots.variablesOf(viewer, [botId])).get(botId) ?? [];
    return variables.map(({ key, value, secured }) => ({
      key,
      value: value ?? '',
      hint: '',
      variableType: 'env',
      scope: 'prePopulated',
      group: '',
      propagateValue: false,
      vNameSpace: [],
      isSecured: secured,
    }));
  });

/**
 * `POST …/builder/bot/{botId}/variables/import`: sets each, all or nothing. A secured one without a value stays as it is, as exports have
 * none. Those of a language (`locale`) come with the bot's files.
 */
export const importVariables = (deps: VariablesDeps): Middleware =>
  endpoint(deps, ['BOT_VARIABLES'], async ({ ctx, viewer }) => {
    const botId = paramOf(ctx, 'botId');
    if (!(await deps.domain.bots.get(viewer, botId))) throw invalidBot();
    const given = (await readList(ctx)).map((fields, index) => {
      const key = textField(fields, 'key');
      if (key === null) throw invalidArguments(`[${index}].key`, 'Each variable needs a key.');
      const isLocale = fields.variableType === 'locale';
      return { key, value: textField(fields, 'value') ?? '', secured: fields.isSecured === true, isLocale };
    });
    const wanted = given
      .filter(({ value, secured, isLocale }) => !isLocale && !(secured && value === ''))
      .map(({ isLocale: _, ...variable }) => variable);
    await deps.domain.bots.setVariables(viewer, botId, wanted).catch((error: unknown) => {
      throw error instanceof AppError && error.code === 'BAD_USER_INPUT'
        ? invalidArguments(String(error.details.field), error.message)
        : error;
    });
    return { message: `${wanted.length} Variables imported/updated successfully.` };
  });
