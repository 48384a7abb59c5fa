import { PasswordInput, Select, Switch, TagsInput, Textarea, TextInput } from '@mantine/core';
import { graphql } from '../../api/.generated/gql';
import type { Role, SignInProvidersQuery } from '../../api/.generated/graphql';
import { faultOf } from '../../api/problem';
import { marksIn } from '../../api/secret-marks';
import { useChange } from '../../api/use-change';
import { useDraft } from '../../api/use-draft';
import { DraftConflict } from '../../parts/conflict/draft-conflict';
import { CreateDialog } from '../../parts/create-dialog';
import { textFields } from '../../parts/text-fields';
import { told } from '../../parts/told';
import { readRoles, writeRoles } from './role-lines';

export type ProviderNode = SignInProvidersQuery['signInProviders'][number];

const CREATE = graphql(`
  mutation CreateSignInProvider($input: SignInProviderInput!) {
    createSignInProvider(input: $input) {
      id
    }
  }
`);

const UPDATE = graphql(`
  mutation UpdateSignInProvider($id: ID!, $input: SignInProviderInput!, $expected: JSON) {
    updateSignInProvider(id: $id, input: $input, expected: $expected) {
      id
    }
  }
`);

const BLANK = {
  name: '',
  issuer: '',
  clientId: '',
  scopes: ['openid', 'profile', 'email'],
  roleClaim: null,
  roleMap: [],
  defaultRole: 'VIEWER' as Role | null,
  emailDomains: [] as string[],
  trustsEmail: false,
  createsUsers: true,
  enabled: true,
};

const ROLES = [
  { value: 'VIEWER', label: 'Viewer' },
  { value: 'DEVELOPER', label: 'Developer' },
  { value: 'ADMIN', label: 'Admin' },
];

interface ProviderDialogProps {
  opened: boolean;
  /** None: a new one. */
  saved?: ProviderNode;
  onClose(): void;
  /** Somebody else has changed it. */
  onStale?(): void;
}

/** Makes a sign-in provider, or changes one. */
export function ProviderDialog({ opened, saved, onClose, onStale }: ProviderDialogProps) {
  const given = saved ?? BLANK;
  const whole = {
    name: given.name,
    issuer: given.issuer,
    clientId: given.clientId,
    clientSecret: '',
    scopes: given.scopes,
    roleClaim: given.roleClaim ?? '',
    roles: writeRoles(given.roleMap),
    defaultRole: given.defaultRole ?? null,
    emailDomains: given.emailDomains,
    trustsEmail: given.trustsEmail,
    createsUsers: given.createsUsers,
    enabled: given.enabled,
  };
  const draft = useDraft(`sign-in provider ${saved?.id ?? 'new'}`, whole, {
    clientSecret: marksIn(saved).clientSecret ?? null,
  });
  const { values, set, discard } = draft;
  const create = useChange(CREATE);
  const update = useChange(UPDATE);
  const change = saved ? update : create;
  const text = textFields(draft, change.problem);
  const submit = async (seen: Partial<typeof values> = draft.seen) => {
    const { roles, clientSecret, ...rest } = values;
    const input = { ...rest, roleMap: readRoles(roles), ...(clientSecret !== '' && { clientSecret }) };
    const expected = expectedOf({ ...whole, ...seen }, 'clientSecret' in seen);
    if (!(await (saved ? update.run({ id: saved.id, input, expected }) : create.run({ input })))) return;
    told(`The provider “${values.name}” was saved.`);
    discard();
    onClose();
  };
  return (
    <CreateDialog
      opened={opened}
      onClose={onClose}
      title={saved ? 'Edit provider' : 'New provider'}
      action={saved ? 'Save' : 'Create provider'}
      change={change}
      onSubmit={() => submit()}
      conflict={
        update.problem?.conflict && (
          <DraftConflict
            conflict={update.problem.conflict}
            draft={draft}
            fieldsOf={{ roleMap: ['roles'] }}
            mineOf={(field) => (field === 'roleMap' ? rolesIn(values.roles) : values[field as keyof typeof values])} // as the server names them
            save={(seen) => void submit(seen)}
            clear={() => {
              update.clear();
              onStale?.();
            }}
          />
        )
      }
    >
      <TextInput
        label="Name"
        description="The button says “Sign in with …”"
        required
        data-autofocus
        {...text('name')}
      />
      <TextInput
        label="Issuer"
        description="Its configuration is found under /.well-known/openid-configuration"
        placeholder="https://login.example.com/realms/main"
        required
        {...text('issuer')}
      />
      <TextInput label="Client id" required {...text('clientId')} />
      <PasswordInput
        label="Client secret"
        description={
          saved?.hasClientSecret ? 'Empty: the one that is set stays' : 'Empty: a public client, with PKCE alone'
        }
        autoComplete="off"
        {...text('clientSecret')}
      />
      <TagsInput
        label="E-mail domains"
        description="Who has a verified address of one of these may come in; none: any"
        value={values.emailDomains}
        error={faultOf(change.problem, 'emailDomains')}
        onChange={(emailDomains) => set({ emailDomains })}
      />
      <Switch
        label="Take addresses for verified"
        description="Where the provider does not say whether they are, such as Entra ID"
        checked={values.trustsEmail}
        onChange={(event) => set({ trustsEmail: event.currentTarget.checked })}
      />
      <Switch
        label="Make users"
        description="Who signs in for the first time becomes a user; off: only who is one already"
        checked={values.createsUsers}
        onChange={(event) => set({ createsUsers: event.currentTarget.checked })}
      />
      <Select
        label="Role by default"
        description="None: who has no role by the claim below is refused"
        data={ROLES}
        clearable
        value={values.defaultRole}
        onChange={(value) => set({ defaultRole: value as Role | null })} // keys of ROLES
      />
      <TextInput
        label="Claim for roles"
        description="Such as groups or realm_access.roles; read at each sign-in"
        {...text('roleClaim')}
      />
      <Textarea
        label="Roles by value"
        description="One a line, such as hook-admins = ADMIN"
        autosize
        minRows={2}
        {...text('roles')}
        error={faultOf(change.problem, 'roleMap')}
      />
      <TagsInput label="Scopes" value={values.scopes} onChange={(scopes) => set({ scopes })} />
      <Switch
        label="Enabled"
        checked={values.enabled}
        onChange={(event) => set({ enabled: event.currentTarget.checked })}
      />
    </CreateDialog>
  );
}

const rolesIn = (roles: string) => Object.fromEntries(readRoles(roles).map(({ value, role }) => [value, role]));

/** What was seen, as the server compares it; a secret that nobody typed stays, whoever set it. */
function expectedOf(
  { roles, roleClaim, clientSecret, ...rest }: Record<string, unknown> & { roles: string },
  hasSecret: boolean,
) {
  const roleMap = rest.roleMap ?? rolesIn(roles);
  return { ...rest, roleMap, roleClaim: roleClaim || null, ...(hasSecret && { clientSecret }) };
}
