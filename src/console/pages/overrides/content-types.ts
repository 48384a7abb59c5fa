import type { ContentType } from '../../api/.generated/graphql';

export const TYPES: Record<ContentType, string> = { TEXT: 'Text', SCRIPT: 'Script', TEMPLATE: 'Template' };

export interface ContentDraft {
  type: ContentType;
  value: string;
}

/** The same content as another type: a text is what the script prints, or what stands above the template's buttons. */
export function asType({ type, value }: ContentDraft, next: ContentType): ContentDraft {
  if (type !== 'TEXT' || next === 'TEXT') return { type: next, value };
  if (next === 'SCRIPT') return { type: next, value: `print(${JSON.stringify(value)});\n` };
  const buttons = [{ type: 'postback', title: 'Yes', payload: 'yes' }];
  const template = { type: 'template', payload: { template_type: 'button', text: value, buttons } };
  return { type: next, value: `${JSON.stringify(template, null, 2)}\n` };
}
