import { Accordion, Code, List, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { ImportBotMutation } from '../../api/.generated/graphql';

interface ImportWarningsProps {
  warnings: ImportBotMutation['importBot']['warnings'];
  /** Below what is said of variables. */
  children?: ReactNode;
}

/** What an import says of variables, that they are to be filled in or wait, and of what cannot run here. */
export function ImportWarnings({ warnings, children }: ImportWarningsProps) {
  const ofVariables = warnings.filter(isOfVariable);
  const others = warnings.filter((warning) => !isOfVariable(warning));
  return (
    <>
      {ofVariables.length > 0 && (
        <Stack gap={4}>
          <Text fw={600} size="sm">
            Variables: secured values never travel in an export
          </Text>
          <List size="sm" style={{ maxHeight: 160, overflow: 'auto' }} aria-label="Variables" tabIndex={0}>
            {ofVariables.map(({ path, message }) => (
              <List.Item key={`${path} ${message}`}>{message}</List.Item>
            ))}
          </List>
          {children}
        </Stack>
      )}
      {others.length > 0 && (
        <Accordion variant="contained">
          <Accordion.Item value="warnings">
            <Accordion.Control>Kept, but cannot run here: {counted(others.length, 'part')}</Accordion.Control>
            <Accordion.Panel>
              <List size="sm" spacing="xs" style={{ maxHeight: 280, overflow: 'auto' }} tabIndex={0}>
                {others.map(({ path, message }) => (
                  <List.Item key={`${path} ${message}`}>
                    <Code>{path}</Code> {message}
                  </List.Item>
                ))}
              </List>
            </Accordion.Panel>
          </Accordion.Item>
        </Accordion>
      )}
    </>
  );
}

const isOfVariable = ({ path }: { path: string }): boolean => path.startsWith('config.envVariables');

export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
