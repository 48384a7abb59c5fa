import { Text } from '@mantine/core';

/** Whether the server left out what was said: the viewer may not read it. */
export const isHidden = (value: unknown): value is { hidden: true } =>
  typeof value === 'object' && value !== null && 'hidden' in value && value.hidden === true;

export const HiddenText = () => (
  <Text size="sm" fs="italic">
    hidden: you may not read what people said
  </Text>
);
