import { Button, Modal, Select, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { graphql } from '../../api/.generated/gql';
import type { TokenEncryption } from '../../api/.generated/graphql';
import { useChange } from '../../api/use-change';
import { CodeBlock } from '../../parts/code-block';
import { ConfirmButton } from '../../parts/confirm-button';
import { ProblemNotice } from '../../parts/problem-notice';
import { TOKEN_ENCRYPTIONS } from '../../parts/token-encryptions';
import { told } from '../../parts/told';

const SET = graphql(`
  mutation SetTokenEncryption($clientId: ID!, $tokenEncryption: TokenEncryption!) {
    setTokenEncryption(clientId: $clientId, tokenEncryption: $tokenEncryption) {
      clientId
      tokenEncryption
      encryptionKeys
    }
  }
`);

const ROTATE = graphql(`
  mutation RotateEncryptionKey($clientId: ID!) {
    rotateEncryptionKey(clientId: $clientId) {
      clientId
      encryptionKeys
    }
  }
`);

interface AppEncryptionProps {
  app: {
    clientId: string;
    name: string;
    tokenEncryption: TokenEncryption;
    encryptionKeys: unknown[];
    encryptionKeysUrl: string;
  };
}

/** Whether the tokens of an app are encrypted, and the key to do it with. */
export function AppEncryption({ app }: AppEncryptionProps) {
  const { clientId, name, tokenEncryption, encryptionKeys, encryptionKeysUrl } = app;
  const [open, setOpen] = useState(false);
  const set = useChange(SET);
  const rotate = useChange(ROTATE);
  return (
    <>
      <Button size="xs" variant="default" aria-label={`Encryption of ${name}`} onClick={() => setOpen(true)}>
        Encryption
      </Button>
      <Modal
        opened={open}
        onClose={() => setOpen(false)}
        size="lg"
        title={`Encryption of ${name}`}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <Stack>
          <Select
            label="Encrypted tokens"
            data={TOKEN_ENCRYPTIONS}
            allowDeselect={false}
            disabled={set.running}
            value={tokenEncryption}
            onChange={(value) => void set.run({ clientId, tokenEncryption: value ?? 'NONE' })}
          />
          <ProblemNotice problem={set.problem} />
          {tokenEncryption !== 'NONE' && (
            <>
              <Text size="sm">
                The caller encrypts its signed token with this public key (RSA-OAEP-256, A256GCM) and puts its kid into
                the header. It is also published at the URL below.
              </Text>
              <CodeBlock label="Public key (JWK)" value={encryptionKeys[0] ?? ''} what="public key" />
              <CodeBlock label="URL of the public keys" value={encryptionKeysUrl} what="URL" />
              <ConfirmButton
                size="xs"
                action="New encryption key"
                consequence="Callers have to encrypt with the new key. The old one stays good for a day, so that they can change over."
                problem={rotate.problem}
                onConfirm={async () => {
                  if (!(await rotate.run({ clientId }))) return false;
                  told(`“${name}” has a new encryption key.`);
                  return true;
                }}
              />
            </>
          )}
        </Stack>
      </Modal>
    </>
  );
}
