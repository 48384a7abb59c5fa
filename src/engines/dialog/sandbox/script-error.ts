/** A script failed: it threw, hung, used too much memory, or does not parse. `message` is for the bot's developer. */
export class ScriptError extends Error {
  override readonly name = 'ScriptError';

  /** `stopped`: it ran over its limits, rather than failing by itself. */
  constructor(
    message: string,
    readonly stopped = false,
  ) {
    super(message);
  }
}

/** The line of the script that an error names; null: it names none. */
export function lineOf(message: string): number | null {
  const [, line] = /\(line (\d+)\)/.exec(message) ?? [];
  return line === undefined ? null : Number(line);
}
