const group = (words: string): string => `(?:${words.trim().split(/\s+/).join('|')})`;

/** What is told apart by a number: "room 5b", "gate 7", "Zimmer 12". */
const PLACES = group(`
  room rooms suite flat apartment apt unit floor building bldg block house gate terminal platform track dock pier bay zone
  desk table seat row aisle shelf locker box bus tram train line route highway exit lane flight version ver release build
  chapter page section paragraph article clause figure exhibit appendix step stage phase part episode season volume lesson
  question option choice item model type grade class level tier category form iphone ipad windows android ios galaxy pixel
  playstation xbox office studio channel lot plot ward bed cell gleis zimmer raum wohnung etage stock tor linie seite
  kapitel buslinie sitz platz reihe hausnummer habitación habitacion puerta piso andén anden página línea sala chambre salle
  porte quai étage page ligne stanza camera binario pagina linea piano kamar ruang gerbang halaman lantai`);
/** What is called by a number, whatever it is: "order 88412", "my phone is 5551234567". */
const IDS = group(`
  order ticket invoice booking reservation confirmation reference ref tracking account acct policy customer member membership
  card passport license licence phone mobile telephone cell fax pin otp code id zip postcode serial case claim contract
  employee student bestellung rechnung kundennummer telefon handy pedido factura teléfono telefono commande facture téléphone
  ordine fattura pesanan`);
const NUMBER_SIGN = String.raw`(?:number|num|no\.?|nr\.?|nummer|número|numero|numéro|nomor|#)`;
const AMOUNT = String.raw`(?!\s*(?:\p{Sc}|(?:usd|eur|gbp|inr|rs|rupee|rupien|dollar|euro|pound|peso|real|reai|yen|buck|kg|gram|kilo|lit|met|mile|km)))`;
const COUNT = group('\\d+ one two three four five six seven eight nine ten twenty hundred');
const STREETS = group(`street st avenue ave road rd lane drive dr boulevard blvd court square highway`);

/** Numbers that tell things apart, with what they tell apart. None of them says how much of anything there is. */
const LABELS = new RegExp(
  [
    // "room 5b", "page no. 7 l": up to three digits, and a letter.
    String.raw`${PLACES}\.?(?:\s+${NUMBER_SIGN})?\s*[#:]?\s*\d+(?:[./-]\d+)*(?:\s?[a-z])?`,
    // "order 88412", "account number is 00123": beside a verb ("order 5 kg") the number is long.
    String.raw`${IDS}\s*[#:]?\s*(?:is\s+|was\s+|ist\s+|es\s+|est\s+)?\d[\d -]{2,}\d${AMOUNT}`,
    String.raw`(?:${IDS}\s+)?${NUMBER_SIGN}\s*(?:is\s+|was\s+|:\s*)?\d[\d -]{2,}\d`,
    String.raw`${IDS}\s+${NUMBER_SIGN}\s*(?:is\s+|was\s+|:\s*)?\d+`,
    String.raw`#\s?\d+`,
    // "vitamin b 12".
    String.raw`(?<!['’])[b-hj-z] \d+`,
    // "One in ten".
    `${COUNT} in (?:every )?${COUNT}`,
    // "5 Main Street".
    String.raw`\d+[a-z]?\s+(?:\p{L}+\s+){1,3}${STREETS}`,
  ]
    .map((label) => String.raw`(?<![\p{L}\p{N}])${label}(?![\p{L}\p{N}])`)
    .join('|'),
  'giu',
);

/** All of a text that is a word with a number and a letter, as things are numbered: "stall 6 m". */
const NUMBERED = /^\s*(\p{L}{3,})\.? \d+ ?[a-z]\s*[.!]?$/iu;
/** Words before a quantity that is all else a text says. */
const BEFORE_QUANTITY = new RegExp(
  `^${group(`about approx approximately around nearly almost over under only just maybe exactly roughly need want have take
  length width height depth weight distance size temperature speed volume radius diameter minus plus circa ungefähr etwa
  unos casi environ about circa sekitar and with the for than like buy add give get`)}$`,
  'iu',
);

/** A text with blanks in place of labels. */
export function withoutLabels(text: string): string {
  const word = NUMBERED.exec(text)?.[1];
  if (word !== undefined && !BEFORE_QUANTITY.test(word)) return ' '.repeat(text.length);
  return text.replace(LABELS, (label) => ' '.repeat(label.length));
}
