const PAUSES = '(?:moment|momento|minute|min|second|sec|mo)';
/** Phrases with a number, a unit or a date in them that say something else, for every type of entity. */
const IDIOMS = new RegExp(
  [
    // Pauses: "just a minute", "give me one sec".
    `(?:just|only|wait|hold on|hang on|bear with me|give me|need)(?: for)?(?: just)? (?:an?|one|1) ${PAUSES}`,
    `(?:an?|one|1) ${PAUSES},? (?:please|pls|thanks)`,
    '(?:an?|one|1) (?:moment|momento|mo)',
    '(?<=^\\s*)(?:an?|one) (?:sec|second)(?=[\\s.!…]*$)',
    // Pronouns: "no one", "the second one".
    '(?:no|some|any|every)[ -](?:one|1)',
    '(?:this|that|which|another) one',
    'one (?:of (?:them|these|those|you)|another|and only)',
    '(?:first|second|third|fourth|fifth|last|next|top|bottom|other|same|left|right|middle|new|old|best|good|nice|bigg?er|biggest|smaller|smallest|cheaper|cheapest|blue|red|green|black|white) one',
    // Greetings and wishes.
    'good (?:morning|afternoon|evening|night|day)',
    '(?:have a|have an|a) (?:nice|good|great|lovely) (?:day|evening|night|morning|afternoon|weekend|week|one|time)',
    '(?:how are you|how is it going|what is up|hello|hi) today',
    'see you (?:later|soon|then|again|tomorrow|tonight|(?:on |next )?\\p{L}+day)',
    // Turns of speech.
    'one[ -]off|one of a kind|one[ -]on[ -]one|one by one|one[ -]way|number one fan',
    'at once|for now|one day|some day|last minute|on second thoughts?|second thoughts?|to the second|half and half|fifty[ -]fifty|50[/-]50',
    '24[/x]7|twenty[ -]four seven|a million times|a thousand times|thanks a million|million thanks|day by day|(?:por|de|en) la mañana|day and night|every now and then|now and then',
    'not (?:right now|now|just now|today|tonight|tomorrow|yet|this week|on \\p{L}+day)',
  ]
    .map((idiom) => `(?<![\\p{L}\\p{N}])(?:${idiom})(?![\\p{L}\\p{N}])`)
    .join('|'),
  'giu',
);

/** "A minute" by itself is no date and no time, but a quantity, to someone who asked how long. */
const PAUSE = new RegExp(`^\\s*(?:an?|one|1)\\s+${PAUSES}[\\s.!…]*$`, 'i');

/** A text with blanks in place of idioms. */
export const withoutIdioms = (text: string): string => text.replace(IDIOMS, (idiom) => ' '.repeat(idiom.length));

/** The same for dates, to which a text that may only ask to wait says nothing. */
export const withoutPauses = (text: string): string => (PAUSE.test(text) ? '' : withoutIdioms(text));
