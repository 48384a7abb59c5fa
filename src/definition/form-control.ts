import type { FormFieldDefinition } from './definition.js';

/** How a component of a form (kore-exports.md §6) is asked for. A note asks for nothing. */
export type FormControl = 'line' | 'lines' | 'one' | 'one-of-list' | 'several' | 'switch' | 'button' | 'note';

const NOTES: ReadonlySet<string> = new Set(['note', 'proTip', 'label', 'section']);

export const isNote = (type: string): boolean => NOTES.has(type);

/** The control of a component; a line of text for types that are not known. */
export function controlOf({ type, options, key, multiple }: FormFieldDefinition): FormControl {
  const hasOptions = options.length > 0;
  if (multiple && hasOptions) return 'several';
  if (isNote(type)) return 'note';
  switch (type) {
    case 'button':
      return 'button';
    case 'textArea':
    case 'address':
      return 'lines';
    case 'toggle':
      return 'switch';
    case 'checkbox':
      return hasOptions ? 'several' : 'switch';
    case 'radio':
      return hasOptions ? 'one' : 'line';
    case 'dropdown':
      return hasOptions ? 'one-of-list' : 'line';
    default:
      return key === '' ? 'note' : 'line'; // nothing could be done with its value
  }
}
