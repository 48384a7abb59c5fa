import type { BurstMode, IntegrationMode, TemplateEncoding, TextForm } from '../../api/.generated/graphql';
import type { ChannelDetails } from './channel-query';

/** What the form of a channel holds. */
export interface ChannelDraft {
  name: string;
  appClientId: string | null;
  mode: IntegrationMode;
  postUrl: string;
  /** Empty: the saved one stays. */
  accessToken: string;
  enabled: boolean;
  enablePolling: boolean;
  isDefault: boolean;
  templateEncoding: TemplateEncoding;
  textForm: TextForm;
  burst: BurstMode;
}

const NEW: ChannelDraft = {
  name: '',
  appClientId: null,
  mode: 'SYNC',
  postUrl: '',
  accessToken: '',
  enabled: true,
  enablePolling: true,
  isDefault: false,
  templateEncoding: 'OBJECT',
  textForm: 'AUTO',
  burst: 'SERIAL',
};

export function draftOf(channel: ChannelDetails | null): ChannelDraft {
  if (channel === null) return NEW;
  const { name, mode, enabled, enablePolling, isDefault, templateEncoding, textForm, burst, app, postUrl } = channel;
  return {
    ...{ name, mode, enabled, enablePolling, isDefault, templateEncoding, textForm, burst },
    appClientId: app?.clientId ?? null,
    postUrl: postUrl ?? '',
    accessToken: '',
  };
}

/** As both mutations take it. */
export function inputOf({ isDefault: _, accessToken, postUrl, ...rest }: ChannelDraft) {
  return { ...rest, postUrl: postUrl.trim() || null, ...(accessToken ? { accessToken } : {}) };
}
