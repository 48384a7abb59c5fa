import { Group } from '@mantine/core';
import { graphql } from '../../api/.generated/gql';
import { useChange } from '../../api/use-change';
import { useMayInAccount } from '../../api/use-viewer';
import { ConfirmButton } from '../../parts/confirm-button';
import { oneByOne } from '../../parts/one-by-one';
import { TagPicked } from '../../parts/tag-picked';
import { PublishPicked } from './publish-picked';

const SUSPEND = graphql(`
  mutation SuspendPicked($id: ID!, $reason: String!) {
    suspendBot(botId: $id, reason: $reason) {
      id
      state
    }
  }
`);

const RESUME = graphql(`
  mutation ResumePicked($id: ID!) {
    resumeBot(botId: $id) {
      id
      state
    }
  }
`);

/** What can be done with the bots that are picked, one after the other: it stops at the first that fails. */
export function PickedBots({ ids, onDone }: { ids: readonly string[]; onDone(): void }) {
  const may = useMayInAccount();
  const suspend = useChange(SUSPEND);
  const resume = useChange(RESUME);
  const each = async (act: (id: string) => Promise<unknown>, done: string) => {
    const all = await oneByOne(ids, act, { noun: 'bot', done });
    if (all) onDone();
    return all;
  };
  return (
    <Group>
      <TagPicked of="bots" ids={ids} onDone={onDone} />
      {may('bot.publish') && <PublishPicked ids={ids} onDone={onDone} />}
      {may('bot.suspend') && (
        <>
          <ConfirmButton
            action={`Suspend ${ids.length} picked`}
            color="red"
            disabled={ids.length === 0}
            consequence="Their hooks refuse every message, and their callbacks wait, until somebody resumes them."
            reason="Reason"
            reasonRequired
            problem={suspend.problem}
            onConfirm={(reason) => each((id) => suspend.run({ id, reason }), 'suspended')}
          />
          <ConfirmButton
            action={`Resume ${ids.length} picked`}
            disabled={ids.length === 0}
            consequence="Those that are suspended answer again."
            problem={resume.problem}
            onConfirm={() => each((id) => resume.run({ id }), 'resumed')}
          />
        </>
      )}
    </Group>
  );
}
