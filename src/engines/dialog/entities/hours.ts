const HOURS = 'one two three four five six seven eight nine ten eleven twelve'.split(' ');
const HOUR = `(\\d{1,2}|${HOURS.join('|')})`;
const PAST = new RegExp(
  String.raw`(?<![\p{L}\p{N}])(half|(?:a )?quarter) (past|to|till|before|after) ${HOUR}(?![\p{L}\p{N}:])`,
  'giu',
);
const IN_PARTS = new RegExp(
  String.raw`(?<![\p{L}\p{N}:])${HOUR}(:\d\d)?(?: o'?clock)? (?:in the|at) (morning|afternoon|evening|night)(?!\p{L})`,
  'giu',
);

/** A text in which times that are spoken are written: "half past 5" as "5:30", "7 in the evening" as "7 pm". */
export const hoursInDigits = (text: string): string =>
  text
    .replace(PAST, (spoken, part: string, way: string, hour: string) => {
      const at = hourOf(hour);
      const after = way === 'past' || way === 'after';
      if (at < 1 || at > 24 || (part.toLowerCase() === 'half' && !after)) return spoken;
      if (after) return `${at}:${part.toLowerCase() === 'half' ? '30' : '15'}`;
      return `${at === 1 ? 12 : at - 1}:45`;
    })
    .replace(IN_PARTS, (spoken, hour: string, minutes: string | undefined, part: string) => {
      const at = hourOf(hour);
      if (at < 1 || at > 12) return spoken;
      const morning = part.toLowerCase() === 'morning' || (part.toLowerCase() === 'night' && (at < 6 || at === 12));
      return `${at}${minutes ?? ''} ${morning ? 'am' : 'pm'}`;
    });

const hourOf = (written: string): number =>
  /\d/.test(written) ? Number(written) : HOURS.indexOf(written.toLowerCase()) + 1;
