import { Group } from '@mantine/core';
import { graphql } from '../../api/.generated/gql';
import { useChange } from '../../api/use-change';
import { useMayInAccount } from '../../api/use-viewer';
import { ConfirmButton } from '../../parts/confirm-button';
import { oneByOne } from '../../parts/one-by-one';
import { TagPicked } from '../../parts/tag-picked';

const ENABLE = graphql(`
  mutation EnablePicked($id: ID!, $enabled: Boolean!) {
    updateWebhookChannel(input: { id: $id, enabled: $enabled }) {
      message
    }
  }
`);

const SUSPEND = graphql(`
  mutation SuspendPickedChannels($id: ID!, $reason: String!) {
    suspendWebhookChannel(id: $id, reason: $reason) {
      id
    }
  }
`);

const RESUME = graphql(`
  mutation ResumePickedChannels($id: ID!) {
    resumeWebhookChannel(id: $id) {
      id
    }
  }
`);

/** What can be done with the channels that are picked, one after the other: it stops at the first that fails. */
export function PickedChannels({ ids, onDone }: { ids: readonly string[]; onDone(): void }) {
  const may = useMayInAccount();
  const enable = useChange(ENABLE);
  const suspend = useChange(SUSPEND);
  const resume = useChange(RESUME);
  const none = ids.length === 0;
  const each = async (act: (id: string) => Promise<unknown>, done: string) => {
    const all = await oneByOne(ids, act, { noun: 'channel', done });
    if (all) onDone();
    return all;
  };
  return (
    <Group>
      <TagPicked of="channels" ids={ids} onDone={onDone} />
      <ConfirmButton
        action={`Enable ${ids.length} picked`}
        disabled={none}
        consequence="Each asks for the approval it needs, as on its own page."
        problem={enable.problem}
        onConfirm={() => each((id) => enable.run({ id, enabled: true }), 'enabled')}
      />
      <ConfirmButton
        action={`Disable ${ids.length} picked`}
        disabled={none}
        consequence="Their hooks refuse every message at once, and their callbacks wait."
        problem={enable.problem}
        onConfirm={() => each((id) => enable.run({ id, enabled: false }), 'disabled')}
      />
      {may('channel.suspend') && (
        <>
          <ConfirmButton
            action={`Suspend ${ids.length} picked`}
            color="red"
            disabled={none}
            consequence="Their hooks refuse every message at once, until an admin resumes them."
            reason="Reason"
            reasonRequired
            problem={suspend.problem}
            onConfirm={(reason) => each((id) => suspend.run({ id, reason }), 'suspended')}
          />
          <ConfirmButton
            action={`Resume ${ids.length} picked`}
            disabled={none}
            consequence="Those that are suspended answer again."
            problem={resume.problem}
            onConfirm={() => each((id) => resume.run({ id }), 'resumed')}
          />
        </>
      )}
    </Group>
  );
}
