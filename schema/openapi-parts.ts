/** What several schemas of the OpenAPI document are made of. */

export const text = { type: 'string' };
export const flag = { type: 'boolean' };
export const strings = { type: 'array', items: text };

export const object = (required: string[], properties: object) => ({ type: 'object', required, properties });

/** A schema of the document by its name. */
export const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });

/** The end of a task, as every version of the hook reports it. */
export const endOfTask = {
  endOfTask: { const: true },
  endReason: text,
  completedTaskId: text,
  completedTaskName: text,
};

/** What an answer says of the messages that were answered together. */
export const burst = {
  answers: { ...strings, description: 'What the callers call the messages it answers, when there are several' },
  answeredBy: { ...text, description: 'The message whose answer is the answer to this one, too' },
};
