import { Text } from '@mantine/core';
import { type EndpointGlance, failureOf } from './callback-words';
import { DeadLetters } from './dead-letters';

interface CallbackTroubleProps {
  botId: string;
  channel: { id: string; endpoint?: EndpointGlance | null | undefined };
}

/** That callbacks of a channel fail, or were given up, beside its name in a list. Nothing when all is well. */
export function CallbackTrouble({ botId, channel }: CallbackTroubleProps) {
  const { endpoint } = channel;
  const failure = failureOf(endpoint);
  return (
    <>
      {failure && (
        <Text size="sm" c="red" component="div">
          Its {failure}
        </Text>
      )}
      {endpoint && endpoint.dead > 0 && (
        <div>
          <DeadLetters botId={botId} channel={channel} />
        </div>
      )}
    </>
  );
}
