import type { CueWords } from './cues.js';

/**
 * English answers to a yes-or-no question, by what they say; alternatives between bars. Contractions are written out, as
 * the tokens of an answer are. Built from the interjections of ChatScript (MIT, LIVEDATA/ENGLISH/SUBSTITUTES/
 * interjections.txt), which bot files carry as `~yes` and `~no`, and from the classes of OpenVoiceOS yes_no_answers
 * (Apache-2.0). Unlike there, "I guess so", "probably" and "not sure" are doubts.
 */
export const ENGLISH: CueWords = {
  yes: `yes | yeah | yea | ye | yep | yup | ya | yah | yeh | yip | yuppers | yeppers | yay | yas | yaas | yes please | aye | ay |
    yse | yez | yeha | yeas | yesh | yess | okey | okey dokey | okie dokie | okie | ok | okay | kk | oki | alright | all right |
    alrighty | roger | roger that | ack | affirmative | affirm | positive | agreed | agree | i agree | accept | accepted | approve | approved |
    confirm | confirmed | consent | i give consent | i give my consent | go ahead | go right ahead | go straight ahead | go for it | go on | go | proceed | continue |
    carry on | please do | do it | do that | do this | do so | make it so | make it happen | let us do it | let us do that |
    let us do this | let us go | let us go for it | let us try | let us | sounds good | sounds great | sounds fine |
    sounds perfect | sounds wonderful | sounds like a plan | looks good | looks right | looks correct | looks fine | looks great | lgtm |
    that works | works for me | fine by me | fine with me | ok by me | ok with me | okay by me | okay with me |
    good by me | good with me | that will do | will do | that is right | that is correct | that is true | that is fine |
    that is ok | that is okay | that is good | that is great | that is perfect | that is it | you are right | you got it |
    you bet | be my guest | with pleasure | my pleasure | gladly | happy to | i am happy to | i am happy with that | i would love to |
    i would love that | love to | i would like that | i would like to | i want to | i want that | i want it |
    please go ahead | bring it on | true | correct | right | righto | right on | spot on | good | great | perfect |
    cool | fine | excellent | wonderful | fantastic | awesome | super | delighted | good idea | great idea | good plan |
    all good | makes sense | uh-huh | uh huh | mhm | mm-hmm | mmhmm | mhmm | thumbsup | ticked | shure | si | oui | ja |
    by all means | one hundred percent | yes yes | well yes | ship it | hit it | count me in | i am in | but of course | hell yes |
    hell yeah | sure thing | very well | yessir | yes sir | yes madam | no i agree | no i do agree | i am okay with it | i am okay with that | i am okay with this | i am ok with it |
    i am ok with that | i am ok with this | i am fine with it | i am fine with that | i am fine with this | i am good with it |
    i am good with that | i am good with this | i am good to go | we are good to go | good to go | let us roll | fire away |
    you have my permission | you have permission | you have my consent | you have my approval | you have my blessing |
    might as well | may as well | i might as well | i may as well | we might as well | we may as well |
    permission granted | granted | green light | you have the green light | that would be lovely | that would be nice |
    that would be wonderful | that would be perfect | that would be fine | that would be ok | i would be grateful |
    i would be grateful if you did | i would appreciate it | i would appreciate that | feel free | feel free to | all set |
    ready when you are | i am ready | we are ready | consider it approved | consider it done | consider it agreed |
    100 percent | one hundred per cent | i am for it | i am all for it | all for it`,
  adverb: `sure | of course | absolutely | definitely | certainly | surely | totally | obviously | completely |
    clearly | naturally | positively | undoubtedly | unquestionably | for sure | most certainly | most definitely |
    indeed | exactly | precisely | entirely | without a doubt | beyond a doubt`,
  bare: `i do | i am | it is | it does | they are | they do | we do | we are | i did | she is | he is | i am sure |
    i am certain | y | k | please | i can | i will | we can | you may | you can | they did`,
  agreeable: `why not | y not | why the hell not | why would i not | no problem | no problems | no problem at all | no prob | no probs |
    not a problem | not an issue | no issue | no issues | no doubt | no doubts | have no doubt | have no doubts | without doubt | no objection | no objections |
    i have no objection | i have no objections | i have no problem with that | do not mind | would not mind |
    do not mind if i do | do not mind if you do | do not mind at all | can not wait | can not argue with that |
    could not agree more | could not agree with you more | do not see why not | no reason not to | see no reason not to |
    not against it | not opposed | not opposed to it | nothing against it | nothing against that | no question about it |
    can not say no | can not say no to that | no harm in that | can not hurt | could not hurt | would not hurt |
    no concerns | no complaints | not a bad idea`,
  no: `no | nope | nopes | nop | nah | nay | naw | naah | neah | noes | npe | no way | no thanks | no thank you | no thx | no ty | no sir |
    no siree | no can do | no chance | no deal | no go | no good | no need | no need to | no point | hell no | heck no | god no |
    oh no | never ever | negative | negatory | incorrect | wrong | false | untrue | not really | not at all |
    not now | not yet | not today | not tonight | not this time | not right now | not at the moment | not for now | not for me |
    not necessary | not needed | not interested | not likely | unlikely | not a chance | not in a million years | not on your life | by no means |
    under no circumstances | out of the question | refuse | i refuse | decline | declined | i decline | reject | rejected | i reject |
    object | disagree | disagreed | i disagree | deny | denied | forget it | forget that | forget about it | never mind | nevermind |
    rather not | would rather not | i would rather not | would prefer not | would prefer not to | prefer not |
    prefer not to | better not | best not | think not | i think not | me thinks not | do not think so | i do not think so |
    do not believe so | i do not believe so | afraid not | unfortunately not | hardly | fat chance | neither |
    none of these | on the contrary | pass | i pass | i will pass | hard pass | i am good | i am fine | i am ok |
    i am okay | i am good thanks | no i am good | no i am fine | no i am ok | no i am okay | uh-uh | uh uh | nuh-uh |
    nuh uh | thumbsdown | crossed | veto | yeah no | yea no | yeah nah | yes nah | yeah right no | nix | nada | nein | non | hell nah |
    impossible | bad | bad idea | terrible | terrible idea | horrible | mistaken | a mistake | you are wrong | that is a lie | not quite right | do not do it | do not do that | do not you dare |
    nothing doing | refuse to do so | refuse to do that | refuse to do it | would hate that | would hate it | would hate to | hate that | hate it | no we are good | nah we are good | nothing of the sort | nothing of the kind | over my dead body |
    not for all the money in the world | no dice | no more | not anymore | not any more | no longer | against it`,
  away: `stop | cancel | abort | quit | leave it | leave it alone | leave it be | leave it as it is | leave it as is | keep it |
    keep that | keep them | skip | skip it | skip that | drop it | hold off | back off | do nothing`,
  doubt: `pretty sure | fairly sure | almost sure | nearly sure | reasonably sure | pretty certain | almost certain | nearly certain |
    could not tell you | not really decided | did not get that | did not get it | did not get you | did not understand | did not catch that | did not hear that | did not follow |
    could not be better | never better | never been better | do not see a problem | see no problem | no question | unsure | uncertain | maybe | perhaps | possibly | probably | presumably | supposedly | apparently | might | mabye | mayb |
    could be | may be | i guess | i guess so | guess so | guess | i guess not | suppose | i suppose | i suppose so | suppose so | i suppose not |
    i think | i think so | think so | i believe so | believe so | i hope so | i hope not | hopefully | i assume | i assume so | i reckon |
    i feel like | i imagine | kind of | kinda | sort of | sorta | more or less | mostly | partly | partially | half | in a way | somewhat | let me think |
    let me see | let me check | let me look | thinking | i am thinking | think about it | thinking about it |
    have to think | need to think | need more time | need time | more time | give me a minute | give me a moment | give me a second | give me a sec |
    one moment | one second | one sec | one minute | a moment | a second | a sec | a minute | just a | do not know | do not really know |
    i do not know yet | idk | dunno | no idea | no clue | not a clue | who knows | beats me | hard to say | hard to tell |
    difficult to say | can not say | can not decide | can not tell | can not remember | do not remember | undecided | torn | on the fence | not decided |
    whatever | do not care | could not care less | either | either way | up to you | you decide | you choose | you tell me | your call | your choice |
    as you like | as you wish | as you please | do what you want | do whatever | do not understand | do not get it | what do you mean |
    confused | confusing | not clear | unclear | huh | eh | pardon | come again | say again | say that again | repeat | repeat that | not bad |
    can not complain | so so | meh | not exactly | not quite | not entirely | not completely | not fully | not necessarily | yes and no | yes or no |
    yes no | no yes | yes slash no | no worries | no biggie | no big deal | no matter | i doubt it | doubt it | doubt | doubtful | have doubts |
    have my doubts | hesitant | hesitate | debatable | shrug | thinkface | are you kidding | you must be joking | you are joking |
    you are kidding | you must be kidding | as if | yeah right | if you say so | we will see | will see | it is fine | it is ok | it is okay | it is alright |
    some of it | some of them | good question | not wrong | not incorrect | likely | highly likely | leaning | tempting | nervous | worried | scared |
    later | maybe later | another time | some other time | tomorrow | soon | help | no preference | nothing | none`,
  hesitation: 'hmm | hm | hmmm | mm | mmm | er | erm | ehm | umm',
  condition: `if | only if | unless | as long as | so long as | provided | provided that | providing | depends | it depends |
    depending | excluding | instead | rather than | when | once | until | till | after | before | assuming | in case | on condition |
    only | apart from | other than | without | minus | whether | first | also | plus | as well | in that case | then again`,
  contrast: 'but | however | although | though | yet | except | except that | still | nevertheless',
  correction: `wait | no wait | scratch that | strike that | on second thought | on second thoughts | i mean | i meant | correction |
    oops | my bad | changed my mind | i changed my mind | have changed my mind | or rather | hang on | hold on | just kidding | jk`,
  aside: 'actually | sorry | in fact | to be honest | honestly | tbh',
  question: `what | why | how | where | who | which | whose`,
  asking: `are you | is it | is that | is this | is there | are there | are they | are we | do you | do we | does it | does that | does this |
    did you | did i | did it | can i | can you | can we | can it | could you | could i | could we | could it | will it | will you | will i | will that |
    will they | would it | would you | would that | would i | should i | should we | should it | shall i | shall we | may i |
    might i | am i | was it | has it | have you | have i | what if | how about | what about | how come | you sure | you certain | you serious | you positive | is not that | is not this | are not you | do not you |
    would not that | does not that | tell me | explain | meaning what`,
  negator: 'not | never',
  sure: 'sure | certain | positive | convinced | confident | decided | ready | clear',
  filler: `the | a | an | i | you | it | that | this | them | these | those | him | her | me | my | we | us | our | your | is | are | am | be | was |
    do | does | did | so | very | really | just | too | please | thanks | thank you | thank you very much | thx | ty | cheers |
    then | now | right away | right now | immediately | at once | asap | for me | for us | to | and | oh | ah | well | um | uh | hey | hi | hello |
    mate | man | bro | dude | sir | madam | buddy | dear | boss | lol | haha | ha | all | everything | all of it | all of them | would | will | can |
    i said | i say | my answer is | the answer is | sounds | seems | looks | of | for | with | quite | pretty | much | lot | a lot | again | at all | even |
    that one | this one | one | here | there | already | gonna | going | want | like | love | need | have | has | had | should | must | could |
    from me | from my side | from us | any | think | believe | feel | say | let | go with | in | on | by | as | at | say so | big | friend | my friend | bot | such | smiley | ones | more than | about it | about that | what i want | what i need | what i meant | what i said | saying`,
};
