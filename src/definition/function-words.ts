/** English function words (articles, prepositions, …); classifiers and rankers give them a low weight. */
export const FUNCTION_WORDS: ReadonlySet<string> = new Set(
  (
    'a an the this that these those it its i me my mine we us our you your he she him her they them their is are am was were ' +
    'be been being do does did have has had can could will would shall should may might must to of in on at for from by with ' +
    'about into as and or but if then so not no yes please there here what which who whom whose when where why how any some ' +
    'want need like just also too very let get give tell show know help hi hello hey'
  ).split(' '),
);
