import type { CueWords } from './cues.js';

/** The same of the other languages that public bot files have; without accents, as the tokens of an answer are. */
export const OTHER_LANGUAGES: Readonly<Record<string, CueWords>> = {
  es: {
    yes: `hagalo | procede | proceda | claro hagalo | claro hazlo | por mi bien | estoy de acuerdo | me vale | si | sip | sep | si por favor | vale | bueno | dale | correcto | cierto | exacto | asi es | de acuerdo | esta bien | perfecto |
      genial | hazlo | adelante | acepto | confirmo | confirmado | afirmativo | eso es | ok | listo | va | venga | me parece bien | me parece perfecto | me parece correcto | es correcto | por favor si | verdad`,
    adverb:
      'claro | claro que si | por supuesto | desde luego | seguro | efectivamente | sin duda | absolutamente | totalmente',
    agreeable:
      'por que no | no hay problema | ningun problema | sin problema | no me importa | no veo por que no | no tengo objecion | como no',
    no: `nop | nel | no gracias | nunca | jamas | negativo | para nada | de ninguna manera | de ningun modo | en modo alguno | en absoluto | ni hablar | incorrecto | falso | mejor no |
      ahora no | todavia no | aun no | no quiero | prefiero no | prefiero que no | creo que no | claro que no | por supuesto que no | desde luego que no | tampoco | que va | mal`,
    doubt: `quiza | quizas | tal vez | a lo mejor | puede ser | puede | supongo | supongo que si | creo | creo que si | no se | no lo se | ni idea | no tengo idea |
      no estoy seguro | no estoy segura | dejame pensar | dejame ver | dejame pensarlo | lo pensare | pensando | un momento | un segundo | mas o menos | da igual |
      me da igual | como quieras | no entiendo | posiblemente | probablemente | dudo | lo dudo | tengo dudas | no estoy convencido | mas tarde | luego | manana`,
    condition:
      'si es | si no | siempre que | solo si | solo | depende | a menos que | cuando | antes | despues | hasta | con tal de que | en vez de',
    contrast: 'pero | aunque | sin embargo | salvo | excepto',
    correction: 'espera | mejor dicho | perdon | quiero decir | digo | cambie de opinion | pensandolo bien',
    aside: 'en realidad | la verdad',
    question: 'que | por que | como | donde | quien | cual | cuanto | cuando',
    asking: 'estas seguro | estas segura | esta seguro | debo | deberia | puedo | esta bien si',
    negator: 'no | ni',
    sure: 'seguro | segura | claro | convencido | convencida | decidido | decidida',
    filler:
      'el | la | los | las | lo | un | una | que | es | esta | eso | esto | por favor | porfa | gracias | muchas gracias | muy | ya | pues | yo | me | te | se | y | de | asi | estoy | mi | creo yo | senor | senora | quiero | todo',
  },
  fr: {
    yes: `ok pour moi | pour moi oui | ca me convient | ca convient | je suis d'accord | c'est d'accord | oui | ouais | ouaip | oui s'il vous plait | d'accord | dac | ok | entendu | parfait | exact | exactement | c'est ca | c'est bon | c'est correct | c'est exact |
      vas-y | allez-y | allez | faites-le | fais-le | je confirme | j'accepte | volontiers | avec plaisir | ca marche | ca me va | ca roule | correct | vrai | bien | tres bien | confirme | si si | mais oui`,
    adverb:
      'bien sur | certainement | absolument | evidemment | tout a fait | naturellement | assurement | bien entendu | sans doute aucun',
    agreeable:
      "pourquoi pas | pas de probleme | pas de souci | pas de soucis | aucun probleme | sans probleme | aucune objection | ca ne me derange pas | ca me derange pas | je n'y vois pas d'inconvenient",
    no: `non | nan | nop | non merci | jamais | pas du tout | pas question | hors de question | surtout pas | pas maintenant | pas encore | pas aujourd'hui | negatif | faux | incorrect |
      je ne crois pas | je crois pas | je ne pense pas | je pense pas | je refuse | plutot pas | je prefere pas | je ne prefere pas | certainement pas | bien sur que non | absolument pas | laisse tomber | laissez tomber | aucunement | mais non`,
    doubt: `peut-etre | peut etre | possible | c'est possible | je crois | je crois que oui | je pense | je pense que oui | je suppose | probablement | sans doute | je sais pas | je ne sais pas | aucune idee | j'hesite |
      je doute | pas sur | pas sure | je ne suis pas sur | laissez-moi reflechir | laisse-moi reflechir | je reflechis | un instant | un moment | une seconde | bof | ca m'est egal | peu importe | comme vous voulez | comme tu veux |
      je comprends pas | je ne comprends pas | plus ou moins | plus tard | demain | j'en doute | c'est pas mal | pas mal`,
    condition:
      "si | s'il | si c'est | seulement | seulement si | sauf | ca depend | a condition | a moins que | quand | avant | apres | tant que | plutot",
    contrast: 'mais | cependant | toutefois | par contre | pourtant',
    correction: 'attends | attendez | je veux dire | pardon | finalement | non attends | non attendez',
    aside: 'en fait | desole | desolee',
    question: "quoi | pourquoi | comment | ou | qui | quel | quelle | combien | qu'est-ce | quand",
    asking: 'est-ce | etes-vous | es-tu | dois-je | puis-je | vous etes sur | tu es sur | c-est sur',
    negator: 'pas | point',
    sure: 'sur | sure | certain | certaine | convaincu | convaincue | decide',
    filler:
      "ne | le | la | les | un | une | de | du | des | je | tu | vous | il | elle | c'est | ce | est | que | ca | s'il vous plait | s'il te plait | svp | stp | merci | merci beaucoup | tres | alors | euh | ben | bah | eh | oh | et | n'est | suis | monsieur | madame | moi | tout",
  },
  de: {
    yes: `aber ja | ja doch | aber gern | aber gerne | von mir aus gern | von mir aus gerne | leg los | legen sie los | bin dafur | ich bin dafur | ich bin einverstanden | ja | jo | jep | jawoll | jup | jawohl | ja bitte | ok | okay | gut | in ordnung | alles klar | einverstanden | richtig | korrekt | stimmt | genau | passt | das passt | geht klar | gerne | gern | perfekt | super | prima |
      ich bestatige | bestatigt | ich stimme zu | los | weiter | nur zu | bitte sehr | das ist richtig | das ist korrekt | das stimmt | klingt gut | joa | zustimmung`,
    adverb:
      'aber sicher | aber klar | aber naturlich | na klar doch | klar doch | logisch | naturlich | natuerlich | selbstverstandlich | selbstverstaendlich | klar | na klar | sicher | sicherlich | auf jeden fall | unbedingt | absolut | bestimmt | definitiv | mach das | mach es | mache es | tu es | mach | gewiss | ganz sicher | freilich',
    agreeable:
      'warum nicht | kein problem | keine einwande | nichts dagegen | ich habe nichts dagegen | kein ding | ohne zweifel | kein zweifel | wieso nicht',
    no: `lieber doch nicht | stimmt so nicht | das stimmt so nicht | passt nicht | das passt nicht | passt mir nicht | dann lieber nicht | besser doch nicht | bin dagegen | ich bin dagegen | nein | ne | nee | nope | noe | no | nein danke | niemals | nie | keinesfalls | keineswegs | auf keinen fall | lieber nicht | besser nicht | jetzt nicht | noch nicht | heute nicht | falsch | nicht richtig | uberhaupt nicht |
      ich glaube nicht | glaube nicht | ich denke nicht | denke nicht | eher nicht | stimmt nicht | das stimmt nicht | vergiss es | lass es | lass das | abgelehnt | ich lehne ab | garantiert nicht | gar nicht | kommt nicht in frage | ganz sicher nicht | kein interesse | keine lust`,
    doubt: `vielleicht | eventuell | moglicherweise | wahrscheinlich | kann sein | konnte sein | ich glaube | ich glaube schon | glaube schon | ich denke | ich denke schon | denke schon | ich schatze | schatze | vermutlich | weiss nicht | weiss ich nicht | weiss ich noch nicht | ich weiss es nicht | ich weiss es noch nicht | ich weiss noch nicht | weiss noch nicht | ich weiss nicht | keine ahnung |
      bin nicht sicher | bin mir nicht sicher | ich bin mir nicht sicher | nicht sicher | keinen schimmer | keinen blassen schimmer | keinen plan | unsicher | mal sehen | mal schauen | moment | einen moment | augenblick | ich uberlege | uberlege noch | egal | ist mir egal | wie du willst | wie sie wollen | jein | naja | na ja |
      verstehe nicht | ich verstehe nicht | wie bitte | spater | morgen | ich zweifle | nicht schlecht | es geht so | mehr oder weniger | halbwegs | hoffentlich | von mir aus`,
    condition:
      'wenn | falls | sofern | nur | nur wenn | solange | vorausgesetzt | es sei denn | kommt darauf an | je nachdem | bevor | nachdem | erst | ausser | statt | ohne | bis | sobald | stattdessen',
    contrast: 'aber | jedoch | allerdings | doch | trotzdem | sondern',
    correction:
      'warte | warten sie | halt | moment mal | ich meine | ich meinte | quatsch | doch nicht | nein warte | doch lieber | anders gesagt',
    aside: 'eigentlich | sorry | entschuldigung | ehrlich gesagt',
    question: 'was | warum | wieso | weshalb | wie | wo | wer | welche | welcher | welches | wann | wozu',
    asking:
      'bist du | sind sie | ist das | ist es | soll ich | sollte ich | kann ich | kannst du | konnen sie | darf ich | geht das | muss ich | wird das',
    negator: 'nicht | kein | keine | keinen | nichts',
    sure: 'sicher | ganz sicher | absolut sicher | so sicher | wirklich sicher | uberzeugt | entschieden | klar',
    filler:
      'das | es | die | der | den | dem | ein | eine | ist | ich | du | sie | wir | mir | mich | bitte | danke | vielen dank | danke schon | sehr | so | ganz | ja ja | mal | jetzt | sofort | dann | also | und | ah | ach | oh | na | hm | bin | will | mochte | machen | loschen bitte | gleich | alles | schon | auch',
  },
  it: {
    yes: `va benissimo | benissimo | per me va bene | sono d'accordo | procedi pure | proceda pure | fai pure | faccia pure | si | si grazie | si per favore | va bene | bene | ok | d'accordo | esatto | esattamente | giusto | corretto | vero | perfetto | confermo | confermato | accetto | procedi | proceda | fallo | lo faccia | vai | vada | volentieri | con piacere | ottimo | certo che si | e corretto | e giusto`,
    adverb:
      'certo | certamente | sicuro | sicuramente | assolutamente | assolutamente si | ovviamente | naturalmente | come no | senza dubbio | esattamente | ma certo',
    agreeable:
      'perche no | nessun problema | non c-e problema | senza problemi | non mi dispiace | nulla in contrario | niente in contrario',
    no: `no | no grazie | mai | per niente | affatto | niente affatto | assolutamente no | certo che no | sbagliato | errato | falso | meglio di no | preferisco di no | preferirei di no | credo di no | penso di no | non ora | non adesso | non ancora | non oggi | nemmeno per sogno | lascia perdere | lasci perdere | neanche per sogno | rifiuto | macche`,
    doubt: `forse | magari | puo darsi | puo essere | probabilmente | credo | credo di si | penso | penso di si | suppongo | non so | non lo so | boh | nessuna idea | non saprei | non sono sicuro | non sono sicura | fammi pensare | mi faccia pensare | ci penso | un attimo | un momento | un secondo | piu o meno | come vuoi | come vuole | fa lo stesso | e uguale | non capisco | ne dubito | dubito | dopo | piu tardi | domani | non male | spero di si | insomma`,
    condition:
      'se | solo | solo se | a patto che | purche | a meno che | dipende | quando | prima | finche | tranne | invece | anziche',
    contrast: 'ma | pero | tuttavia | anche se | eppure',
    correction: 'aspetta | aspetti | anzi | cioe | volevo dire | ripensandoci | no aspetta',
    aside: 'in realta | scusa | scusi | veramente | a dire il vero',
    question: 'che | cosa | perche | come | dove | chi | quale | quanto | quando',
    asking: 'sei sicuro | sei sicura | e sicuro | devo | dovrei | posso | va bene se | sicuro che',
    negator: 'non',
    sure: 'sicuro | sicura | certo | certa | convinto | convinta | deciso',
    filler:
      'il | lo | la | i | gli | le | un | una | e | di | per favore | per piacere | grazie | grazie mille | molto | tanto | io | mi | ti | si si | allora | beh | eh | ah | oh | sono | questo | quello | tutto | signore | signora | pure | adesso | ora | subito',
  },
  id: {
    yes: `boleh saja | boleh dong | saya bersedia | bersedia | ya | iya | iyah | yoi | yup | ok | oke | baik | baiklah | betul | benar | setuju | boleh | silakan | silahkan | lanjut | lanjutkan | lakukan | mau | saya mau | saya setuju | sip | siap | cocok | konfirmasi | iya dong | mantap`,
    adverb: 'tentu | tentu saja | pasti | jelas | sudah pasti',
    agreeable:
      'kenapa tidak | mengapa tidak | tidak masalah | tak masalah | tidak keberatan | saya tidak keberatan | gak masalah | tanpa ragu',
    no: `tidak mau | tidak usah | tidak perlu | tidak terima kasih | gak usah | gak mau | nggak usah | nggak mau | ngga usah | jangan | bukan | belum | salah | tidak benar | tidak setuju | tidak sama sekali | sama sekali tidak | tentu tidak | tentu saja tidak | jangan dulu | tidak sekarang | ogah | tolak | batal | lupakan`,
    doubt: `mungkin | barangkali | bisa jadi | tidak tahu | tidak tau | gak tahu | gak tau | nggak tahu | kurang tahu | kurang yakin | tidak yakin | belum yakin | belum tahu | belum tau | entah | entahlah | ragu | ragu-ragu | saya ragu | pikir-pikir dulu | saya pikir | sebentar | tunggu sebentar | terserah | nanti | besok | kayaknya | sepertinya | tidak mengerti | tidak apa-apa | kira-kira | rasanya`,
    condition:
      'kalau | jika | asal | asalkan | kecuali | tergantung | hanya | setelah | sebelum | dulu | saat | apabila',
    contrast: 'tapi | tetapi | namun | cuma',
    correction: 'tunggu | eh | maksud saya | maksudnya | ralat',
    aside: 'maaf | sebenarnya',
    question: 'apa | apakah | kenapa | mengapa | bagaimana | gimana | kapan | siapa | mana | berapa',
    asking: 'apa kamu | apa anda | apakah anda | bolehkah | haruskah | bisakah | kamu yakin | anda yakin | apa boleh',
    negator: 'tidak | tdk | tak | nggak | ngga | gak | ga | enggak | engga | ndak',
    sure: 'yakin | pasti | jelas',
    filler:
      'saja | aja | dong | deh | kok | sih | lah | nih | terima kasih | makasih | tolong | itu | ini | saya | aku | kamu | anda | sekarang | yang | pak | bu | kak | dan | sangat | sekali | banget | semua',
  },
};
