import { Command, InvalidArgumentError } from 'commander';
import type { AdminClient } from '../admin/admin.js';
import { serverAt, serverUrl } from './server-options.js';

interface Listed {
  id: string;
  name: string;
  user: string;
  role: string;
  createdAt: number;
  expiresAt: number | null;
  lastUsedAt: number | null;
}

/** API tokens, by the API of a server or by the database of this machine. */
export interface Tokens {
  list(): Promise<Listed[]>;
  create(input: {
    user?: string | undefined;
    name: string;
    expiresAt: number | null;
    actions?: string[] | undefined;
    botIds?: string[] | undefined;
  }): Promise<{ token: string; user: string }>;
  revoke(id: string): Promise<void>;
}

interface Where {
  url: string;
  token?: string;
  json?: true;
}

const say = (text: string) => process.stdout.write(`${text}\n`);
const day = (at: number | null) => (at === null ? null : new Date(at).toISOString());

/** `onMachine` gives the tokens of this machine's database, for those who name no token of the API. */
export function tokenVerb(onMachine: <T>(work: (tokens: Tokens) => Promise<T>) => Promise<T>): Command {
  const at = <T>({ url, token }: Where, work: (tokens: Tokens) => Promise<T>): Promise<T> =>
    token === undefined ? onMachine(work) : work(overApi(serverAt({ url, token })));
  const verb = (nameAndArguments: string, description: string) =>
    new Command(nameAndArguments)
      .description(description)
      .addOption(serverUrl())
      .option('--token <token>', 'an API token; without one, the database of this machine is used')
      .option('--json', 'the result as one line of JSON');

  const list = verb('list', 'Lists the API tokens in force, never the tokens themselves.').action((where: Where) =>
    at(where, async (tokens) => {
      const listed = (await tokens.list()).map((one) => ({
        ...one,
        createdAt: day(one.createdAt),
        expiresAt: day(one.expiresAt),
        lastUsedAt: day(one.lastUsedAt),
      }));
      if (where.json) return void say(JSON.stringify(listed));
      for (const { id, name, user, role, expiresAt, lastUsedAt } of listed)
        say(`${id}  ${user} (${role})  "${name}"  ends: ${expiresAt ?? 'never'}  last used: ${lastUsedAt ?? 'never'}`);
    }),
  );
  const create = verb('create', 'Makes an API token and shows it this once.')
    .option('--user <user>', 'id, e-mail address or name of its user (default: yours; on the machine, the first ADMIN)')
    .option('--name <name>', 'what it is for', 'Command line')
    .option('--expires <time>', 'a date and time after which it is no longer good', timeOf)
    .option('--action <names...>', 'the only permissions it is to be good for (docs/permissions.md)')
    .option('--bot <ids...>', 'the only bots it is to be good for')
    .action((where: Where & { user?: string; name: string; expires?: number; action?: string[]; bot?: string[] }) =>
      at(where, async (tokens) => {
        const { user, name, expires = null, action: actions, bot: botIds } = where;
        const made = await tokens.create({ user, name, expiresAt: expires, actions, botIds });
        say(where.json ? JSON.stringify(made) : made.token);
      }),
    );
  const revoke = verb('revoke', 'Revokes an API token, and those that were made with it.')
    .argument('<id>', 'as token list says')
    .action((id: string, where: Where) =>
      at(where, async (tokens) => {
        await tokens.revoke(id);
        say(where.json ? JSON.stringify({ revoked: id }) : `Revoked ${id}.`);
      }),
    );
  return new Command('token')
    .summary('list, make and revoke API tokens')
    .description('API tokens, over the API (--token) or on the machine itself.')
    .addCommand(create)
    .addCommand(list)
    .addCommand(revoke);
}

function timeOf(text: string): number {
  const at = Date.parse(text);
  if (Number.isNaN(at)) throw new InvalidArgumentError('It takes a date and time, such as 2027-01-31T12:00:00Z.');
  return at;
}

function overApi(server: AdminClient): Tokens {
  return {
    async list() {
      const { users } = await server.users();
      return users.flatMap(({ name: user, role, apiTokens }) =>
        apiTokens.map(({ createdAt, expiresAt, lastUsedAt, ...token }) => ({
          ...token,
          user,
          role,
          createdAt: Date.parse(createdAt),
          expiresAt: expiresAt === null ? null : Date.parse(expiresAt),
          lastUsedAt: lastUsedAt === null ? null : Date.parse(lastUsedAt),
        })),
      );
    },
    async create({ user: wanted, name, expiresAt, actions, botIds }) {
      const { viewer, users } = await server.users();
      const user = users.find((one) =>
        wanted === undefined ? one.id === viewer.id : [one.id, one.email, one.name].includes(wanted),
      );
      if (!user) throw new Error(`There is no user "${wanted}".`);
      const limits = { expiresAt: day(expiresAt), actions, botIds };
      const token = await server.createApiToken({ userId: user.id, name, ...limits });
      return { token, user: user.name };
    },
    async revoke(id) {
      await server.revokeApiToken(id);
    },
  };
}
