import type { FormDefinition, FormFieldDefinition } from '../definition/definition.js';
import { controlOf, type FormControl } from '../definition/form-control.js';
import type { Json } from '../json.js';

export interface Field extends FormFieldDefinition {
  control: FormControl;
  /** Its name on the page, and in the data the bot gets. */
  name: string;
}

export interface FilledForm {
  /** As sent, by name: what the page shows again. */
  values: ReadonlyMap<string, readonly string[]>;
  /** Errors by field name. */
  faults: ReadonlyMap<string, string>;
  /** What the bot gets (kore-webhook.md §1.3); what was left empty is left out. */
  data: Json[];
}

const MAX_CHARACTERS = 10_000;

/** The fields a page shows. */
export function fieldsOf(form: FormDefinition): Field[] {
  return form.fields
    .filter((field) => field.visible)
    .map((field) => ({ ...field, control: controlOf(field), name: field.id || field.key }));
}

/** Reads what a page sent, and checks it as the page does: nobody has to use the page. */
export function readFields(fields: readonly Field[], sent: URLSearchParams): FilledForm {
  const values = new Map<string, string[]>();
  const faults = new Map<string, string>();
  const data: Json[] = [];
  for (const field of fields) {
    if (field.control === 'button' || field.control === 'note') continue;
    const given = sent
      .getAll(field.name)
      .map(trimmed)
      .filter((value) => value !== '');
    values.set(field.name, given);
    const fault = faultOf(field, given);
    if (fault !== null) faults.set(field.name, fault);
    else if (given.length > 0 || field.control === 'switch')
      data.push({ componentId: field.name, input: inputOf(field, given) });
  }
  return { values, faults, data };
}

function faultOf(field: Field, given: readonly string[]): string | null {
  const [value] = given;
  if (value === undefined) return field.required ? missing(field) : null;
  if (given.some((one) => one.length > MAX_CHARACTERS)) return `Enter at most ${MAX_CHARACTERS} characters.`;
  if (field.control === 'one' || field.control === 'one-of-list' || field.control === 'several') {
    const known = given.every((one) => field.options.some((option) => option.value === one));
    return known && (given.length === 1 || field.control === 'several') ? null : 'Choose from the list.';
  }
  if (field.control === 'switch') return null;
  if (given.length > 1) return 'Enter one value.';
  return CHECKS[field.type]?.(value) ?? null;
}

function missing({ control }: Field): string {
  if (control === 'switch') return 'Tick this box to go on.';
  return control === 'line' || control === 'lines' ? 'Enter an answer.' : 'Choose an answer.';
}

const orElse = (good: (value: string) => boolean, fault: string) => (value: string) => (good(value) ? null : fault);
const NUMBER = orElse((value) => Number.isFinite(Number(value)), 'Enter a number, such as 42.');
const CHECKS: Partial<Record<string, (value: string) => string | null>> = {
  number: NUMBER,
  rangeSlider: NUMBER,
  date: orElse(isDate, 'Enter a date, such as 2026-01-31.'),
  email: orElse((value) => /^[^\s@]+@[^\s@]+$/.test(value), 'Enter an e-mail address, such as name@example.com.'),
  phoneNumber: orElse(
    (value) => /^[+\d][\d\s()./-]{2,}$/.test(value),
    'Enter a phone number, such as +44 20 7946 0000.',
  ),
  url: orElse((value) => /^https?:/i.test(value) && URL.canParse(value), 'Enter an address that begins with https://'),
};

function isDate(value: string): boolean {
  const at = /^\d{4}-\d{2}-\d{2}$/.test(value) ? Date.parse(value) : Number.NaN;
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(value);
}

function inputOf({ control }: Field, given: readonly string[]): Json {
  if (control === 'several') return [...given];
  return control === 'switch' ? given.length > 0 : (given[0] ?? '');
}

/** Browsers send lines with CR LF. */
const trimmed = (value: string): string => value.replaceAll('\r\n', '\n').trim();
