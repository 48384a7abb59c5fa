/** The platform's way to list choices on plain channels: `a) One`, `b) Two` (kore-exports.md §5, §9). */
export function lettered(choices: readonly string[]): string {
  return choices.map((choice, at) => `${letters(at)}) ${choice}`).join('\n');
}

/** a … z, aa, ab … */
function letters(at: number): string {
  const last = String.fromCharCode(97 + (at % 26));
  return at < 26 ? last : letters(Math.floor(at / 26) - 1) + last;
}
