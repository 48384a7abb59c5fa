import { GraphQLJSON } from 'graphql-scalars';
import { Arg, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql';
import type { ProviderInput, ProviderView } from '../domain/sign-in/providers/provider-settings.js';
import type { Context } from './context.js';
import { EXPECTED_FIELDS, SECRET_MARKS } from './expected.js';
import { described, inputOf, nullable, objectOf } from './fields.js';
import { RoleEnum } from './viewer.js';

const RoleOfValue = objectOf('RoleOfValue', 'The role that a value of a claim stands for.', {
  value: String,
  role: RoleEnum,
});

const RoleOfValueInput = inputOf('RoleOfValueInput', null, { value: String, role: RoleEnum });

const SignInProvider = objectOf(
  'SignInProvider',
  'An OpenID Connect provider that people sign in to the console with.',
  {
    id: ID,
    name: described(String, 'What the button of the sign-in page says.'),
    issuer: String,
    clientId: String,
    secretMarks: described(GraphQLJSON, SECRET_MARKS),
    hasClientSecret: described(Boolean, 'Without one it is a public client, which proves itself by PKCE alone.'),
    scopes: [String],
    roleClaim: nullable(String, 'Claim that roles are taken from at each sign-in, like groups or realm_access.roles.'),
    roleMap: [RoleOfValue],
    defaultRole: nullable(RoleEnum, 'Of those without one of these values, and of new users; null: they are refused.'),
    emailDomains: described([String], 'Domains that verified e-mail addresses have to be of; none: any.'),
    trustsEmail: described(Boolean, 'Whether addresses count as verified where the provider does not say.'),
    createsUsers: described(Boolean, 'Whether those who sign in for the first time become users.'),
    enabled: Boolean,
    redirectUri: described(String, 'To be allowed at the provider.'),
    logoutUri: described(String, 'Where the provider may say that somebody has signed out (back-channel logout).'),
  },
);

const SignInProviderInput = inputOf('SignInProviderInput', null, {
  name: String,
  issuer: String,
  clientId: String,
  clientSecret: nullable(String, 'Left out: as it was. Null: a public client.'),
  scopes: nullable([String], 'Left out: openid, profile and email.'),
  roleClaim: nullable(String),
  roleMap: nullable([RoleOfValueInput]),
  defaultRole: nullable(RoleEnum),
  emailDomains: nullable([String]),
  trustsEmail: nullable(Boolean),
  createsUsers: nullable(Boolean),
  enabled: nullable(Boolean, 'Left out: enabled.'),
});

const SignInProviderTest = objectOf('SignInProviderTest', 'What a look at a provider found.', {
  works: Boolean,
  problem: nullable(String),
  authorizationEndpoint: nullable(String, 'Where people are sent.'),
  signsOut: described(Boolean, 'Whether signing out here signs out there.'),
});

@Resolver()
export class SignInProviderResolver {
  @Query(() => [SignInProvider], { description: 'With that of the settings of the server (OIDC_…) first.' })
  async signInProviders(@Ctx() { domain, viewer }: Context) {
    return (await domain.signInProviders.list(viewer)).map(toView);
  }

  @Mutation(() => SignInProvider)
  async createSignInProvider(
    @Arg('input', () => SignInProviderInput) input: ProviderInput,
    @Ctx() { domain, viewer }: Context,
  ) {
    return toView(await domain.signInProviders.create(viewer, input));
  }

  @Mutation(() => SignInProvider)
  async updateSignInProvider(
    @Arg('id', () => ID) id: string,
    @Arg('input', () => SignInProviderInput) input: ProviderInput,
    @Arg('expected', () => GraphQLJSON, { nullable: true, description: EXPECTED_FIELDS })
    expected: Record<string, unknown> | null | undefined,
    @Ctx() { domain, viewer }: Context,
  ) {
    return toView(await domain.signInProviders.update(viewer, id, input, expected ?? {}));
  }

  @Mutation(() => Boolean, { description: 'Who came by it stays a user.' })
  async deleteSignInProvider(@Arg('id', () => ID) id: string, @Ctx() { domain, viewer }: Context) {
    await domain.signInProviders.remove(viewer, id);
    return true;
  }

  @Mutation(() => SignInProviderTest, { description: 'Reads what the provider publishes, without signing in.' })
  testSignInProvider(@Arg('id', () => ID) id: string, @Ctx() { domain, viewer }: Context) {
    return domain.signInProviders.test(viewer, id);
  }
}

const toView = ({ roleMap, ...provider }: ProviderView) => ({
  ...provider,
  roleMap: Object.entries(roleMap).map(([value, role]) => ({ value, role })),
});
