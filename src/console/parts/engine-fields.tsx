import { JsonInput, PasswordInput, Select, Stack, Switch, TextInput } from '@mantine/core';
import type { EngineKind } from '../api/.generated/graphql';
import { faultOf, type Problem } from '../api/problem';
import { ENGINE_FIELDS, ENGINES, type EngineDraft, isRecording, withRecording } from './engine-settings';

interface EngineFieldsProps {
  draft: EngineDraft;
  problem: Problem | null;
  /** Secrets are never shown: an empty one means that the saved one stays. */
  saved?: boolean;
  onChange(draft: EngineDraft): void;
}

export function EngineFields({ draft, problem, saved = false, onChange }: EngineFieldsProps) {
  const { engine, settings, more } = draft;
  const fields = ENGINE_FIELDS[engine];
  const isKnown = fields.some(({ key }) => faultOf(problem, `engineSettings.${key}`) !== undefined);
  return (
    <Stack>
      <Select
        label="Engine"
        description="What answers for the bot. Dialog: what you write or import here; the others ask a server of yours."
        data={Object.entries(ENGINES).map(([value, label]) => ({ value, label }))}
        allowDeselect={false}
        value={engine}
        onChange={(value) => value && onChange({ engine: value as EngineKind, settings: {}, more: '' })} // one of the choices above
      />
      {fields.map(({ key, secret, ...field }) => {
        const Input = secret ? PasswordInput : TextInput;
        return (
          <Input
            key={key}
            {...field}
            {...(secret && saved ? { placeholder: 'Leave empty to keep the saved one' } : {})}
            autoComplete="off"
            value={settings[key] ?? ''}
            error={faultOf(problem, `engineSettings.${key}`)}
            onChange={(event) => onChange({ ...draft, settings: { ...settings, [key]: event.currentTarget.value } })}
          />
        );
      })}
      <Switch
        label="Record turns"
        description="New versions can then be checked against what users really said. It costs storage: about 2 KB a turn, more with large sessions and answers."
        checked={isRecording(draft)}
        onChange={(event) => onChange(withRecording(draft, event.currentTarget.checked))}
      />
      {engine !== 'DIALOG' && (
        <JsonInput
          label="Other settings"
          description='As JSON, such as {"timeoutSeconds": 20}'
          autosize
          validationError="This is not JSON."
          value={more}
          error={isKnown ? undefined : faultOf(problem, 'engineSettings')}
          onChange={(value) => onChange({ ...draft, more: value })}
        />
      )}
    </Stack>
  );
}
