import { Accordion, Select, Stack, Switch } from '@mantine/core';
import type { ChannelDraft } from './channel-draft';
import type { ChannelDetails } from './channel-query';

const TEMPLATE_ENCODINGS: { value: ChannelDraft['templateEncoding']; label: string }[] = [
  { value: 'OBJECT', label: 'JSON object, as documented' },
  { value: 'STRING', label: 'JSON string, as known clients parse it' },
];
const TEXT_FORMS: { value: ChannelDraft['textForm']; label: string }[] = [
  { value: 'AUTO', label: 'One message: a string' },
  { value: 'ARRAY', label: 'Always an array' },
  { value: 'PLATFORM', label: 'Dialog messages and FAQ answers: an array' },
];
const BURSTS: { value: ChannelDraft['burst']; label: string }[] = [
  { value: 'SERIAL', label: 'Each waits its turn' },
  { value: 'JOIN', label: 'A burst becomes one turn' },
  { value: 'LATEST', label: 'The newest wins' },
];

interface FineSettingsProps {
  channel: ChannelDetails | null;
  values: ChannelDraft;
  set(change: Partial<ChannelDraft>): void;
}

/** What most channels leave as it is. */
export function FineSettings({ channel, values, set }: FineSettingsProps) {
  return (
    <Accordion variant="contained">
      <Accordion.Item value="fine">
        <Accordion.Control>Wire details</Accordion.Control>
        <Accordion.Panel>
          <Stack>
            <Select
              label="Templates in version 1"
              data={TEMPLATE_ENCODINGS}
              allowDeselect={false}
              value={values.templateEncoding}
              onChange={(value) => set({ templateEncoding: value ?? 'OBJECT' })}
            />
            <Select
              label="Text in version 1"
              data={TEXT_FORMS}
              allowDeselect={false}
              value={values.textForm}
              onChange={(value) => set({ textForm: value ?? 'AUTO' })}
            />
            <Select
              label="Messages while the bot is busy"
              data={BURSTS}
              allowDeselect={false}
              value={values.burst}
              onChange={(value) => set({ burst: value ?? 'SERIAL' })}
            />
            {channel && (
              <Switch
                label="Default channel"
                description="Its URL carries no instance id. Making another one the default moves that URL."
                checked={values.isDefault}
                disabled={channel.isDefault}
                onChange={(event) => set({ isDefault: event.currentTarget.checked })}
              />
            )}
          </Stack>
        </Accordion.Panel>
      </Accordion.Item>
    </Accordion>
  );
}
