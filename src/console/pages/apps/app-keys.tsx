import { Button } from '@mantine/core';
import { useState } from 'react';
import { graphql } from '../../api/.generated/gql';
import { useChange } from '../../api/use-change';
import { useDraft } from '../../api/use-draft';
import { type AppKeysDraft, AppKeysFields, keysIn } from '../../parts/app-keys-fields';
import { CreateDialog } from '../../parts/create-dialog';
import { told } from '../../parts/told';

const SET_KEYS = graphql(`
  mutation SetAppKeys($clientId: ID!, $publicKeys: [String!], $jwksUrl: String) {
    setAppKeys(clientId: $clientId, publicKeys: $publicKeys, jwksUrl: $jwksUrl) {
      clientId
      publicKeys
      jwksUrl
    }
  }
`);

interface AppKeysProps {
  app: { clientId: string; name: string; publicKeys: string[]; jwksUrl?: string | null | undefined };
}

/** Shows the keys of an app, and replaces them. */
export function AppKeys({ app }: AppKeysProps) {
  const [open, setOpen] = useState(false);
  const saved: AppKeysDraft = {
    source: app.jwksUrl ? 'URL' : 'KEYS',
    publicKey: app.publicKeys[0] ?? '',
    nextKey: app.publicKeys[1] ?? '',
    jwksUrl: app.jwksUrl ?? '',
  };
  const draft = useDraft(`keys of ${app.clientId}`, saved);
  const change = useChange(SET_KEYS);
  const close = () => {
    draft.discard();
    change.clear();
    setOpen(false);
  };
  const submit = async () => {
    if (!(await change.run({ clientId: app.clientId, ...keysIn(draft.values) }))) return;
    close();
    told(`The keys of “${app.name}” were replaced. Those not listed any more are refused from now on.`);
  };
  return (
    <>
      <Button size="xs" variant="default" aria-label={`Keys of ${app.name}`} onClick={() => setOpen(true)}>
        Keys
      </Button>
      <CreateDialog
        opened={open}
        onClose={close}
        size="lg"
        title={`Keys of ${app.name}`}
        action="Save keys"
        change={change}
        onSubmit={submit}
      >
        <AppKeysFields values={draft.values} set={draft.set} problem={change.problem} />
      </CreateDialog>
    </>
  );
}
