import { SegmentedControl, Stack, Textarea, TextInput } from '@mantine/core';
import { faultOf, type Problem } from '../api/problem';
import type { Draft } from '../api/use-draft';
import { textFields } from './text-fields';

/** The keys of an app as they are typed. */
export interface AppKeysDraft {
  source: 'KEYS' | 'URL';
  publicKey: string;
  nextKey: string;
  jwksUrl: string;
}

export const NO_KEYS: AppKeysDraft = { source: 'KEYS', publicKey: '', nextKey: '', jwksUrl: '' };

/** As the server takes them. */
export const keysIn = ({ source, publicKey, nextKey, jwksUrl }: AppKeysDraft) =>
  source === 'URL'
    ? { publicKeys: [], jwksUrl }
    : { publicKeys: [publicKey, nextKey].filter((text) => text.trim() !== ''), jwksUrl: null };

interface AppKeysFieldsProps extends Pick<Draft<AppKeysDraft>, 'values' | 'set'> {
  problem: Problem | null;
}

/** What verifies the tokens of an app without a secret: one or two public keys, or where its caller publishes them. */
export function AppKeysFields({ values, set, problem }: AppKeysFieldsProps) {
  const text = textFields<AppKeysDraft>({ values, set }, problem);
  const fault = faultOf(problem, 'publicKeys');
  return (
    <Stack gap="sm">
      <SegmentedControl
        aria-label="Where the keys come from"
        data={[
          { value: 'KEYS', label: 'Public keys' },
          { value: 'URL', label: 'URL of a key set' },
        ]}
        value={values.source}
        onChange={(source) => set({ source: source === 'URL' ? 'URL' : 'KEYS' })}
      />
      {values.source === 'URL' ? (
        <TextInput
          label="Key set URL"
          description="Where the caller publishes its keys (JWKS); the kid of a token chooses among them"
          placeholder="https://caller.example.com/.well-known/jwks.json"
          required
          {...text('jwksUrl')}
        />
      ) : (
        <>
          <Textarea
            label="Public key"
            description="PEM, a certificate, or a JWK. The private key stays with the caller"
            placeholder="-----BEGIN PUBLIC KEY-----"
            rows={4}
            required
            {...text('publicKey')}
            error={fault}
          />
          <Textarea
            label="Second public key"
            description="While the caller changes over, both are good"
            rows={4}
            {...text('nextKey')}
            error={fault !== undefined && values.nextKey !== ''}
          />
        </>
      )}
    </Stack>
  );
}
