import { PasswordInput, Select, TextInput } from '@mantine/core';
import type { CallbackAuthKind } from '../../api/.generated/graphql';
import { faultOf, type Problem } from '../../api/problem';
import { AUTH_KINDS } from '../../parts/auth-kinds';
import { type AuthField, type DeliveryDraft, FIELDS_OF_AUTH, type SavedSettings } from './delivery-draft';

/** A part of the form of delivery settings. */
export interface DeliveryPartProps {
  values: DeliveryDraft;
  saved: SavedSettings;
  set(change: Partial<DeliveryDraft>): void;
  problem: Problem | null;
}

const LABELS: Record<AuthField, string> = {
  header: 'Name of the header',
  username: 'User name',
  secret: 'Secret',
  tokenUrl: 'Token URL',
  clientId: 'Client id',
  scope: 'Scope',
  audience: 'Audience',
};

const SECRETS: Partial<Record<CallbackAuthKind, string>> = {
  BEARER: 'Access token',
  BASIC: 'Password',
  HEADER: 'Value of the header',
  OAUTH2: 'Client secret',
};

/** The kind of authentication, and what that needs. */
export function DeliveryAuth({ values, saved, set, problem }: DeliveryPartProps) {
  const { auth } = values;
  const isSaved = auth === saved.auth;
  return (
    <>
      <Select
        label="Authentication"
        description="How callbacks prove who sends them"
        data={Object.entries(AUTH_KINDS).map(([value, label]) => ({ value, label }))}
        allowDeselect={false}
        value={auth}
        error={FIELDS_OF_AUTH[auth].length === 0 ? faultOf(problem, 'settings.auth') : undefined}
        onChange={(value) => value && set({ auth: value as CallbackAuthKind })} // one of the choices above
      />
      {FIELDS_OF_AUTH[auth].map((field) => {
        const Input = field === 'secret' ? PasswordInput : TextInput;
        return (
          <Input
            key={field}
            label={(field === 'secret' && SECRETS[auth]) || LABELS[field]}
            placeholder={isSaved ? 'Leave empty to keep the saved one' : ''}
            autoComplete="off"
            value={values[field]}
            error={faultOf(problem, `settings.auth.${field}`)}
            onChange={(event) => set({ [field]: event.currentTarget.value })}
          />
        );
      })}
    </>
  );
}
