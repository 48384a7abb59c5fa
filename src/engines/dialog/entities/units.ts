/** A unit of measurement. */
export interface Unit {
  name: string;
  /** The platform's kind of quantity: length, weight, age … */
  type: string;
  /** What quantities have in common that may be added: an age and a time are both durations. */
  measure: string;
  /** In the smallest unit of the table of its measure; 0 where units cannot be added. */
  size: number;
}

/** By type and measure: name, size, and what else it is called. English, with the names of other languages that differ. */
const TABLE: readonly [
  type: string,
  measure: string,
  units: readonly [name: string, size: number, others: string][],
][] = [
  [
    'length',
    'length',
    [
      ['kilometre', 1e6, 'kilometres|kilometer|kilometers|km|kms'],
      ['metre', 1e3, 'metres|meter|meters|m|mtr|mtrs|mètre|mètres|metro|metros'],
      ['centimetre', 10, 'centimetres|centimeter|centimeters|cm|cms'],
      ['millimetre', 1, 'millimetres|millimeter|millimeters|mm'],
      ['mile', 1_609_344, 'miles|mi'],
      ['yard', 914.4, 'yards|yd|yds'],
      ['foot', 304.8, "feet|ft|fuß|'|′"],
      ['inch', 25.4, 'inches|in|"|″|zoll'],
    ],
  ],
  [
    'area',
    'area',
    [
      ['square kilometre', 1e6, 'square kilometres|square kilometer|square kilometers|sq km|sq. km|km2|km²'],
      ['square metre', 1, 'square metres|square meter|square meters|sq m|sq. m|sqm|m2|m²|quadratmeter'],
      ['square mile', 2_589_988.110336, 'square miles|sq mi|sq mile|sq miles'],
      ['square yard', 0.83612736, 'square yards|sq yd|sq yards'],
      ['square foot', 0.09290304, 'square feet|sq ft|sq. ft|sqft|sq feet|ft2|ft²'],
      ['acre', 4046.8564224, 'acres'],
      ['hectare', 10_000, 'hectares|ha'],
    ],
  ],
  [
    'volume',
    'volume',
    [
      ['cubic metre', 1e6, 'cubic metres|cubic meter|cubic meters|m3|m³|cbm'],
      ['litre', 1e3, 'litres|liter|liters|l|ltr|ltrs|litro|litros'],
      ['millilitre', 1, 'millilitres|milliliter|milliliters|ml'],
      ['centilitre', 10, 'centilitres|centiliter|centiliters|cl'],
      ['gallon', 3785.411784, 'gallons|gal|gals'],
      ['quart', 946.352946, 'quarts|qt'],
      ['pint', 473.176473, 'pints|pt'],
      ['cup', 236.5882365, 'cups'],
      ['fluid ounce', 29.5735295625, 'fluid ounces|fl oz|fl. oz'],
      ['tablespoon', 14.78676478125, 'tablespoons|tbsp'],
      ['teaspoon', 4.92892159375, 'teaspoons|tsp'],
      ['barrel', 158_987.294928, 'barrels|bbl'],
    ],
  ],
  [
    'weight',
    'weight',
    [
      ['ton', 1e9, 'tons|tonne|tonnes|metric ton|metric tons|t'],
      ['kilogram', 1e6, 'kilograms|kilogramme|kilogrammes|kilo|kilos|kg|kgs|kilogramm|kilogramos'],
      ['gram', 1e3, 'grams|gramme|grammes|g|gm|gms|gramm|gramos'],
      ['milligram', 1, 'milligrams|mg'],
      ['pound', 453_592.37, 'pounds|lb|lbs|pfund|libras|livres'],
      ['ounce', 28_349.523125, 'ounces|oz'],
      ['stone', 6_350_293.18, 'stones|st'],
      ['quintal', 1e8, 'quintals'],
    ],
  ],
  [
    'age',
    'duration',
    [
      ['century', 3_155_760_000, 'centuries'],
      ['decade', 315_576_000, 'decades'],
      [
        'year',
        31_557_600,
        'years|yr|yrs|year old|years old|year-old|years-old|yrs old|y/o|jahr|jahre|jahren|an|ans|année|années|año|años',
      ],
      ['month', 2_629_800, 'months|mth|mths|mo|months old|month old|monat|monate|monaten|mois|mes|meses'],
      ['fortnight', 1_209_600, 'fortnights'],
      ['week', 604_800, 'weeks|wk|wks|weeks old|week old|woche|wochen|semaine|semaines|semana|semanas'],
      ['day', 86_400, 'days|days old|day old|night|nights|tag|tage|tagen|jour|jours|día|días'],
    ],
  ],
  [
    'time',
    'duration',
    [
      ['hour', 3600, 'hours|hr|hrs|h|stunde|stunden|heure|heures|hora|horas'],
      ['minute', 60, 'minutes|min|mins|minuten|minuto|minutos'],
      ['second', 1, 'seconds|sec|secs|s|sekunde|sekunden|seconde|secondes|segundo|segundos'],
      ['millisecond', 0.001, 'milliseconds|ms'],
    ],
  ],
  [
    'speed',
    '',
    [
      ['metres per second', 0, 'meters per second|metre per second|meter per second|m/s|mps'],
      ['kilometres per hour', 0, 'kilometers per hour|kilometre per hour|kilometer per hour|km/h|kmph|kph|kmh'],
      ['miles per hour', 0, 'mile per hour|mph|mi/h'],
      ['knot', 0, 'knots|kn'],
    ],
  ],
  [
    'pressure',
    '',
    [
      ['pascal', 0, 'pascals|pa'],
      ['kilopascal', 0, 'kilopascals|kpa'],
      ['hectopascal', 0, 'hectopascals|hpa'],
      ['atmosphere', 0, 'atmospheres|atm'],
      ['bar', 0, 'bars'],
      ['psi', 0, 'pounds per square inch'],
    ],
  ],
  [
    'energy',
    '',
    [
      ['joule', 0, 'joules|j'],
      ['kilojoule', 0, 'kilojoules|kj'],
      ['calorie', 0, 'calories|cal'],
      ['kilocalorie', 0, 'kilocalories|kcal'],
      ['watt-hour', 0, 'watt-hours|watt hour|watt hours|wh'],
      ['kilowatt-hour', 0, 'kilowatt-hours|kilowatt hour|kilowatt hours|kwh'],
    ],
  ],
  [
    'power',
    '',
    [
      ['watt', 0, 'watts|w'],
      ['kilowatt', 0, 'kilowatts|kw'],
      ['megawatt', 0, 'megawatts|mw'],
      ['horsepower', 0, 'hp|ps'],
    ],
  ],
  [
    'memory',
    '',
    [
      ['bit', 0, 'bits'],
      ['byte', 0, 'bytes|b'],
      ['kilobyte', 0, 'kilobytes|kb'],
      ['megabyte', 0, 'megabytes|mb'],
      ['gigabyte', 0, 'gigabytes|gb|gig|gigs'],
      ['terabyte', 0, 'terabytes|tb'],
      ['petabyte', 0, 'petabytes|pb'],
    ],
  ],
  [
    'angle',
    '',
    [
      ['degree', 0, 'degrees|deg|°|grad|degrés|grados'],
      ['radian', 0, 'radians|rad'],
    ],
  ],
  [
    'temperature',
    '',
    [
      [
        'celsius',
        0,
        '°c|° c|c|degree celsius|degrees celsius|degrees c|deg c|centigrade|degrees centigrade|grad celsius',
      ],
      ['fahrenheit', 0, '°f|° f|f|degree fahrenheit|degrees fahrenheit|degrees f|deg f'],
      ['kelvin', 0, 'kelvins|k'],
    ],
  ],
];

const byName = new Map<string, Unit>();
for (const [type, measure, units] of TABLE)
  for (const [name, size, others] of units)
    for (const called of [name, ...others.split('|')])
      if (!byName.has(called)) byName.set(called, { name, type, measure: measure || name, size });

/** The unit of this name, sign or abbreviation, in one of its spellings. */
export const unitCalled = (name: string): Unit | undefined =>
  byName.get(name.trim().toLowerCase().replace(/\s+/g, ' ').replace(/_/g, ' '));

/** Finds units in a text: words of their own, which may touch the number before them. */
export const UNITS_PATTERN = new RegExp(
  [...byName.keys()]
    .sort((one, other) => other.length - one.length)
    .map((name) => {
      const plain = name.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&').replaceAll(' ', '\\s+');
      return `${/^\p{L}/u.test(name) ? '(?<!\\p{L})' : ''}${plain}${/[\p{L}\d]$/u.test(name) ? '(?![\\p{L}\\p{M}\\d])' : ''}`;
    })
    .join('|'),
  'giu',
);
