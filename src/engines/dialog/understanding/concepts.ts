/** Built-in English concepts, by name without the tilde; alternatives between bars, in the pattern language. */
export const CONCEPTS: Readonly<Record<string, string>> = {
  you: 'you | u',
  your: 'your | ur',
  yes: 'yes | yeah | yep | yup | ya | y | sure | ok | okay | of_course | certainly | definitely | absolutely | correct | right | affirmative | agreed | exactly | indeed | fine | go_ahead | please_do | yes_please | sounds_good | why_not | true | aye | :thumbsup: | :+1:',
  no: 'no | nope | nah | n | no_way | not_really | never | negative | no_thanks | no_thank_you | not_now | do_not | not_at_all | false | wrong | incorrect | :thumbsdown: | :-1:',
  emohello:
    '< hi > | < hello > | < hey > | < hiya > | < howdy > | < hi there > | < hello there > | < hey there > | < greetings > | < good morning > | < good afternoon > | < good evening > | < good day > | < hola > | < hii > | < helo > | < hi all > | :wave:',
  emohowzit:
    '< how be you {today doing} > | < how are things > | < how is it going > | < how do you do > | < what is up > | < wassup > | < how is your day > | < how have you been >',
  emogoodbye:
    '< bye > | < goodbye > | < good bye > | < bye bye > | < see you {later soon tomorrow} > | < good night > | < farewell > | < so long > | < take care > | < cya > | < talk to you later > | < have a {good nice great} [day one evening] >',
  emohappy: '< nice > | < hooray > | < congratulations > | < bravo > | < :) > | < :D > | :smile: | :grinning:',
  positiveackwords:
    '< great > | < awesome > | < cool > | < excellent > | < perfect > | < wonderful > | < amazing > | < good job > | < well done > | < you are {so} [great good helpful awesome] >',
  ibedone: '< i am done > | < that is all > | < nothing else > | < that will be all > | < i am finished >',
  helpwords: '< help > | < help me > | < what can you do > | < menu >',
};
