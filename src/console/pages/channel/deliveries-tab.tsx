import { Alert, Stack } from '@mantine/core';
import { DeliveryList } from '../deliveries/delivery-list';
import { useChannel } from './channel-context';
import { TestCallback } from './test-callback';

/** What was POSTed to the channel's URL, newest first, and a test of it. */
export function DeliveriesTab() {
  const channel = useChannel();
  return (
    <Stack>
      {channel.mode === 'SYNC' && (
        <Alert variant="outline" color="gray">
          A synchronous channel answers in the response; only asynchronous ones deliver.
        </Alert>
      )}
      {channel.endpoint && <TestCallback channelId={channel.id} />}
      <DeliveryList channelId={channel.id} />
    </Stack>
  );
}
