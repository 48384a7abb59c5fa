import { items, type Part, text } from '../../parts/template-parts';

/** How a component of a form is asked for; the form says it with each component. */
const CONTROLS = ['line', 'lines', 'one', 'one-of-list', 'several', 'switch', 'note', 'button'] as const;
type Control = (typeof CONTROLS)[number];

export interface FormField {
  /** The bot gets its answer under this. */
  id: string;
  label: string;
  type: string;
  control: Control;
  required: boolean;
  placeholder: string;
  options: { value: string; label: string }[];
}

/** A form that a bot has asked to be filled in. */
export interface AskedForm {
  id: string;
  name: string;
  fields: FormField[];
}

/** The form in the answer of a hook; null where there is none. */
export function formIn(answer: unknown): AskedForm | null {
  const { formDef } = Object(Object(answer).form) as { formDef?: Part };
  if (!formDef) return null;
  const fields = items(formDef.components)
    .filter(({ metaData }) => Object(metaData).isVisible !== false)
    .map(fieldOf);
  return { id: text(formDef._id) || text(formDef.refId), name: text(formDef.name), fields };
}

/** What is sent for what was filled in; what was left empty is left out. */
export const answersIn = (form: AskedForm, filled: FormData) =>
  form.fields.flatMap((field) => {
    const given = givenIn(field, filled);
    const input = field.control === 'switch' ? given.length > 0 : field.control === 'several' ? given : given[0];
    const isEmpty = input === undefined || (given.length === 0 && field.control !== 'switch');
    return isEmpty || !isAsked(field) ? [] : [{ componentId: field.id, input }];
  });

export const givenIn = ({ id }: FormField, filled: FormData): string[] =>
  filled
    .getAll(id)
    .map((value) => String(value).trim())
    .filter((value) => value !== '');

export const isAsked = ({ control }: FormField): boolean => control !== 'note' && control !== 'button';

function fieldOf(component: Part): FormField {
  const { type, key, name, displayName, placeholder, required, values } = Object(component.metaData) as Part;
  const options = items(values).map((option) => ({
    value: text(option.value) || text(option.title),
    label: text(option.title) || text(option.value),
  }));
  return {
    id: text(component._id) || text(name),
    label: text(displayName) || text(name) || text(key),
    type: text(type),
    control: CONTROLS.find((control) => control === component.control) ?? 'line',
    required: required === true,
    placeholder: text(placeholder),
    options,
  };
}
