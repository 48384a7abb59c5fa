import { type Command, Option } from 'commander';
import { type AdminClient, createAdminClient } from '../admin/admin.js';

export interface ServerOptions {
  url: string;
  token: string;
  json?: true;
}

/** The options of verbs that speak to a server; the environment may give them. */
export const withServer = (command: Command, role: string): Command =>
  command
    .addOption(new Option('--token <token>', `an API token of ${role}`).env('HOOKSWITCH_TOKEN').makeOptionMandatory())
    .addOption(serverUrl());

export const serverUrl = (): Option =>
  new Option('--url <url>', 'of the server').env('HOOKSWITCH_URL').default('http://localhost:4000');

/** The API of the server that the options name. */
export const serverAt = ({ url, token }: Pick<ServerOptions, 'url' | 'token'>): AdminClient =>
  createAdminClient({ url, token });
