import {
  Button,
  Checkbox,
  Group,
  NativeSelect,
  Paper,
  Radio,
  Stack,
  Switch,
  Text,
  Textarea,
  TextInput,
  Title,
} from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { type AskedForm, answersIn, type FormField, givenIn, isAsked } from './form-fields';
import type { Sent } from './use-talk';

interface AskedFormViewProps {
  form: AskedForm;
  running: boolean;
  onSend(sent: Sent): void;
}

/** A form that the bot asks for, filled in where the conversation is. */
export function AskedFormView({ form, running, onSend }: AskedFormViewProps) {
  const [faults, setFaults] = useState<ReadonlyMap<string, string>>(new Map());
  const send = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const filled = new FormData(event.currentTarget);
    const found = faultsIn(form, event.currentTarget, filled);
    setFaults(found);
    const [first] = found.keys();
    const wrong = [...event.currentTarget.elements].find((element) => element.getAttribute('name') === first);
    if (first === undefined) {
      const data = answersIn(form, filled);
      onSend({ message: { type: 'formData', val: { formId: form.id, data, meta: {} } }, shown: shownOf(form, filled) });
    } else if (wrong instanceof HTMLElement) wrong.focus();
  };
  const button = form.fields.find(({ control }) => control === 'button');
  return (
    <Paper withBorder p="md">
      <form aria-label={`Form ${form.name}`} noValidate onSubmit={send}>
        <Stack gap="sm">
          <Title order={3} size="h6">
            {form.name}
          </Title>
          {form.fields.map((field) => (
            <OneField key={field.id} field={field} fault={faults.get(field.id)} />
          ))}
          <Group>
            <Button type="submit" size="xs" loading={running}>
              {button?.label || 'Send the form'}
            </Button>
          </Group>
        </Stack>
      </form>
    </Paper>
  );
}

/** Attributes by the type of a line; the browser checks by them. */
const LINES: Partial<Record<string, { type: string; pattern?: string; title?: string; step?: 'any' }>> = {
  number: { type: 'number', step: 'any' },
  rangeSlider: { type: 'number', step: 'any' },
  date: { type: 'date' },
  email: { type: 'email' },
  password: { type: 'password' },
  phoneNumber: {
    type: 'tel',
    pattern: '[+\\d][\\d\\s\\(\\)\\.\\/\\-]{2,}',
    title: 'a phone number, such as +44 20 7946 0000',
  },
  url: { type: 'url', pattern: '[Hh][Tt][Tt][Pp][Ss]?:.*', title: 'an address that begins with https://' },
};

function OneField({ field, fault }: { field: FormField; fault: string | undefined }) {
  const { id, label, type, control, required, placeholder, options } = field;
  const common = { label, error: fault, withAsterisk: required };
  const input = { name: id, placeholder, required, autoComplete: 'off' };
  switch (control) {
    case 'note':
      return <Text size="sm">{label}</Text>;
    case 'button':
      return null; // the first one names what sends
    case 'lines':
      return <Textarea {...common} {...input} autosize minRows={2} />;
    case 'switch':
      return <Switch label={label} error={fault} name={id} value="true" required={required} />;
    case 'one-of-list':
      return <NativeSelect {...common} name={id} required={required} data={[{ value: '', label: '' }, ...options]} />;
    case 'one':
      return (
        <Radio.Group {...common} name={id}>
          <Stack gap={4} mt={4}>
            {options.map((option) => (
              <Radio key={option.value} {...option} required={required} />
            ))}
          </Stack>
        </Radio.Group>
      );
    case 'several':
      return (
        <Checkbox.Group {...common}>
          <Stack gap={4} mt={4}>
            {options.map((option) => (
              <Checkbox key={option.value} {...option} name={id} />
            ))}
          </Stack>
        </Checkbox.Group>
      );
    case 'line':
      return <TextInput {...common} {...input} {...(LINES[type] ?? { type: 'text' })} />;
  }
}

/** What the browser finds wrong with each field, in its words. */
function faultsIn(form: AskedForm, { elements }: HTMLFormElement, filled: FormData): Map<string, string> {
  const wrong = new Map<string, string>();
  for (const element of elements) {
    if (
      !(
        element instanceof HTMLInputElement ||
        element instanceof HTMLTextAreaElement ||
        element instanceof HTMLSelectElement
      )
    )
      continue;
    const { name, title, validity, validationMessage } = element;
    if (!validity.valid)
      wrong.set(name, validity.patternMismatch && title !== '' ? `Enter ${title}.` : validationMessage);
  }
  const faultOf = (field: FormField) =>
    field.control === 'several' && field.required && givenIn(field, filled).length === 0
      ? 'Choose an answer.'
      : wrong.get(field.id);
  return new Map(
    form.fields.flatMap((field): [string, string][] => {
      const fault = faultOf(field);
      return fault === undefined ? [] : [[field.id, fault]];
    }),
  );
}

/** How it stands in the conversation; a password is not repeated. */
const shownOf = (form: AskedForm, filled: FormData): string =>
  [
    `Form ${form.name}`,
    ...form.fields.filter(isAsked).flatMap((field) => {
      const given = givenIn(field, filled);
      const value = field.type === 'password' ? '••••' : field.control === 'switch' ? 'yes' : given.join(', ');
      return given.length > 0 ? [`${field.label}: ${value}`] : [];
    }),
  ].join('\n');
