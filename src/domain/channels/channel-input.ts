import type { BurstMode, IntegrationMode, TemplateEncoding, TextForm } from '../../vocabulary.js';

/** What a user sets of a channel. */
export interface ChannelSettings {
  name?: string | null | undefined;
  appClientId?: string | null | undefined;
  mode?: IntegrationMode | null | undefined;
  postUrl?: string | null | undefined;
  accessToken?: string | null | undefined;
  enabled?: boolean | null | undefined;
  enablePolling?: boolean | null | undefined;
  templateEncoding?: TemplateEncoding | null | undefined;
  textForm?: TextForm | null | undefined;
  burst?: BurstMode | null | undefined;
}

/** The settings that are no secret: they stand in the audit log, and conflicts show them. */
export const SHOWN_SETTINGS = [
  'name',
  'appClientId',
  'mode',
  'postUrl',
  'enabled',
  'enablePolling',
  'templateEncoding',
  'textForm',
  'burst',
] as const satisfies readonly (keyof ChannelSettings)[];

export type ShownSetting = (typeof SHOWN_SETTINGS)[number];

export const columnOf = (setting: ShownSetting) => (setting === 'appClientId' ? 'clientId' : setting);

export interface ChannelInput extends ChannelSettings {
  botId: string;
  name: string;
  mode: IntegrationMode;
  /** Whether it gets the plain URL; absent: if it is the bot's first. */
  isDefault?: boolean | undefined;
}

export interface ChannelUpdate extends ChannelSettings {
  id: string;
  /** Fields as their sender saw them, a secret by its mark. One that is another by now: CONFLICT. */
  expected?: ChannelSettings | null | undefined;
  isDefault?: boolean | null | undefined;
}
