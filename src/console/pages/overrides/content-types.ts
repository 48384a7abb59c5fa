import type { ContentType } from '../../api/.generated/graphql';

export const TYPES: Record<ContentType, string> = { TEXT: 'Text', SCRIPT: 'Script', TEMPLATE: 'Template' };

export interface ContentDraft {
  type: ContentType;
  value: string;
}

/** What to start from, for each type. */
export const STARTS: Record<ContentType, string> = {
  TEXT: '',
  SCRIPT: 'print("Hello " + context.session.UserContext.firstName);\n',
  TEMPLATE: `${JSON.stringify(
    {
      type: 'template',
      payload: {
        template_type: 'button',
        text: 'What would you like to do?',
        buttons: [{ type: 'postback', title: 'Check the order', payload: 'order' }],
      },
    },
    null,
    2,
  )}\n`,
};
