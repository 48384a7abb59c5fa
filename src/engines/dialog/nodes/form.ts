import type { FormDefinition, FormFieldDefinition } from '../../../definition/definition.js';
import { controlOf } from '../../../definition/form-control.js';
import { isObject, objects, own, string } from '../../../definition/json.js';
import type { Node } from '../../../definition/program.js';
import { standardKey } from '../../../definition/standard-responses.js';
import type { Json, JsonObject } from '../../../json.js';
import { child } from '../context.js';
import { interrupt, obey } from '../interrupt.js';
import { messageContents, NodeFailure, type Run, type Steps, say } from '../run.js';
import type { Frame } from '../state.js';
import type { Outcome } from './outcome.js';

/** Sends the link of a form, and waits for its data at `context.forms.<form>.<field>`. */
export async function* runForm(run: Run, frame: Frame, node: Extract<Node, { type: 'form' }>): Steps<Outcome> {
  const form = own(run.program.forms, node.formRefId);
  if (!form) throw new NodeFailure(`The form "${node.formRefId}" is not in this bot.`);
  if (frame.phase === 'enter') {
    yield* ask(run, node.messageKey, form);
    return 'wait';
  }
  const input = run.input;
  if (!input) return 'wait';
  if (input.form && isCalled(form, string(input.form.formId))) {
    run.input = null;
    const values = formValues(form, input.form.data ?? null);
    child(run.context, 'forms')[form.name] = values;
    run.turn.trace({ kind: 'form', form: form.name, fields: Object.keys(values) });
    return 'next';
  }
  const interrupted = (yield* obey(run, frame)) ?? (yield* interrupt(run, frame, node, 'any'));
  if (interrupted) return interrupted;
  run.input = null;
  yield* ask(run, node.messageKey, form);
  return 'wait';
}

/** Callers name a form by either id, or by its name. */
export const isCalled = ({ id, refId, name }: FormDefinition, formId: string): boolean =>
  formId !== '' && [id, refId, name].includes(formId);

async function* ask(run: Run, messageKey: string, form: FormDefinition): Steps<void> {
  const own = messageContents(run, messageKey)?.length;
  const url = run.deps.formUrl({
    botId: run.turn.botId,
    formRefId: form.refId,
    turnId: run.turn.turnId,
    now: run.turn.now,
  });
  yield* say(run, own ? messageKey : standardKey('form'), { suffix: url, form: formDefinition(form) });
}

/** Data comes as `[{componentId, input}]` (kore-webhook.md §1.3) or as an object by field. */
function formValues(form: FormDefinition, data: Json): JsonObject {
  const values: JsonObject = {};
  const entries: [string, Json | undefined][] = Array.isArray(data)
    ? objects(data).map((entry) => [
        string(entry.componentId) || string(entry.key) || string(entry.name),
        (entry.input ?? entry.value) as Json | undefined, // entries of JSON
      ])
    : Object.entries(isObject(data) ? (data as JsonObject) : {});
  for (const [name, value] of entries) {
    const key = fieldOf(form, name)?.key ?? name;
    if (key !== '' && key !== '__proto__' && value !== undefined) values[key] = value;
  }
  return values;
}

/** The field that callers name by an id or its name; by its label or the file's key only where one field alone has that. */
function fieldOf({ fields }: FormDefinition, called: string): FormFieldDefinition | undefined {
  const asked = fields.filter(({ key }) => key !== '');
  const known =
    asked.find(({ id }) => id === called) ??
    asked.find(({ refId }) => refId === called) ??
    asked.find(({ key }) => key === called);
  if (known) return known;
  const like = asked.filter(({ label, fileKey }) => label === called || fileKey === called);
  return like.length === 1 ? like[0] : undefined;
}

/** What callers that draw forms themselves get beside the text (kore-webhook.md §1.5). */
function formDefinition(form: FormDefinition): JsonObject {
  const components = form.fields.map(
    (field): JsonObject => ({
      _id: field.id,
      refId: field.refId || field.id,
      control: controlOf(field), // the platform has none: who draws the form need not know the types
      metaData: {
        type: field.type,
        key: field.fileKey || field.key,
        displayName: field.label,
        name: field.key,
        placeholder: field.placeholder,
        isVisible: field.visible,
        required: field.required,
        ...(field.multiple && { isMultiSelect: true }),
        values: field.options.map(({ title, value }) => ({ title, value, selected: false })),
      },
    }),
  );
  return {
    formDef: { _id: form.id, refId: form.refId, name: form.name, type: 'regular', components },
    formInitialization: { valueMap: {} },
  };
}
