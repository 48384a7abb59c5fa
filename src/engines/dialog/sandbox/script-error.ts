/** A script failed: it threw, hung, used too much memory, or does not parse. `message` is for the bot's developer. */
export class ScriptError extends Error {
  override readonly name = 'ScriptError';
}
