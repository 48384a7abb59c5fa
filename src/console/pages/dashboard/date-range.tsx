import { Button, Group, SegmentedControl, TextInput } from '@mantine/core';
import { type Range, SPANS, type Span } from './use-date-range';

export function DateRange({ range }: { range: Range }) {
  const { span, days, setSpan, setDays, renew } = range;
  return (
    <Group align="end" gap="sm" maw="100%">
      <SegmentedControl
        aria-label="Date range"
        data={SPANS}
        value={span}
        onChange={(value) => {
          setSpan(value as Span); // one of SPANS
          renew();
        }}
      />
      {span === 'custom' && (
        <>
          <TextInput
            label="From"
            type="date"
            max={days.to}
            value={days.from}
            onChange={(event) => setDays({ ...days, from: event.currentTarget.value })}
          />
          <TextInput
            label="To"
            type="date"
            min={days.from}
            value={days.to}
            onChange={(event) => setDays({ ...days, to: event.currentTarget.value })}
          />
        </>
      )}
      <Button variant="default" onClick={renew}>
        Refresh
      </Button>
    </Group>
  );
}
