import { Button, Fieldset, Group, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { faultOf } from '../../api/problem';
import type { DeliveryPartProps } from './delivery-auth';
import type { HeaderDraft } from './delivery-draft';

/** The headers of the operator's choosing, a row each. */
export function DeliveryHeaders({ values: { headers }, saved, set, problem }: DeliveryPartProps) {
  const change = (index: number, part: Partial<HeaderDraft>) =>
    set({ headers: headers.map((header, at) => (at === index ? { ...header, ...part } : header)) });
  const ofAll = problem?.field === 'settings.headers' ? problem.message : undefined;
  return (
    <Fieldset legend="Headers">
      <Stack gap="xs">
        <Text size="sm" c="dimmed">
          Up to 32, sent with each callback. Not Host, Content-Length and others of the connection, nor webhook-* and
          Idempotency-Key.
        </Text>
        {headers.map(({ name, value }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place in the list
          <Group key={index} align="flex-start">
            <TextInput
              aria-label={`Name of header ${index + 1}`}
              placeholder="X-Name"
              value={name}
              error={faultOf(problem, `settings.headers[${index}].name`)}
              onChange={(event) => change(index, { name: event.currentTarget.value })}
            />
            <PasswordInput
              aria-label={`Value of header ${index + 1}`}
              placeholder={saved.headerNames.includes(name.toLowerCase()) ? 'Empty: keep the saved one' : 'Value'}
              autoComplete="off"
              flex={1}
              value={value}
              error={faultOf(problem, `settings.headers[${index}].value`)}
              onChange={(event) => change(index, { value: event.currentTarget.value })}
            />
            <Button
              variant="default"
              aria-label={`Remove header ${index + 1}`}
              onClick={() => set({ headers: headers.filter((_, at) => at !== index) })}
            >
              Remove
            </Button>
          </Group>
        ))}
        {ofAll && (
          <Text size="sm" c="red">
            {ofAll}
          </Text>
        )}
        <Group>
          <Button variant="default" onClick={() => set({ headers: [...headers, { name: '', value: '' }] })}>
            Add a header
          </Button>
        </Group>
      </Stack>
    </Fieldset>
  );
}
