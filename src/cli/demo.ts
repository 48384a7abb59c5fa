import { Command } from 'commander';

interface Options {
  url?: string;
  token?: string;
  keep: boolean;
}

type Demo = (server: { url: string; token: string } | null, keeps: boolean) => Promise<void>;

/** `load` gives the demo, which needs much that no other verb does. */
export function demoVerb(load: () => Promise<Demo>): Command {
  return new Command('demo')
    .summary('show a conversation over both kinds of channels')
    .description('Shows a conversation over a synchronous and an asynchronous channel, with a bot made for it.')
    .option('--url <url>', 'of a server that runs, and may call back to this machine (default: one of its own)')
    .option('--token <token>', 'an API token of an ADMIN of that server')
    .option('--keep', 'its own server goes on until Ctrl-C, with the bot, to be tried by hand', false)
    .action(async ({ url, token, keep }: Options, command: Command) => {
      if (Boolean(url) !== Boolean(token)) command.error('error: Give both --url and --token, or neither.');
      const demo = await load();
      await demo(url && token ? { url: url.replace(/\/+$/, ''), token } : null, keep);
    });
}
