import type { ControlPlaneDoor } from './app.js';

export interface SetSettings {
  approvalRequest: { id: string; kind: string; changes: { channel: Record<string, unknown> } } | null;
  channel: { deliverySettings: Record<string, unknown> };
}

/** Sets how a channel's callbacks are sent; what is asked of an admin is approved later, if at all. */
export async function setSettings(
  app: ControlPlaneDoor,
  channelId: string,
  settings: Record<string, unknown>,
): Promise<SetSettings> {
  const { setDeliverySettings } = await app.gql(
    `mutation($id: ID!, $settings: DeliverySettingsInput!) { setDeliverySettings(channelId: $id, settings: $settings) {
      approvalRequest { id kind changes }
      channel { deliverySettings { ${DELIVERY_SETTINGS} } } } }`,
    { id: channelId, settings },
  );
  return setDeliverySettings;
}

export const DELIVERY_SETTINGS = `timeoutSeconds retryWindowMinutes maxConcurrency maxPerSecond onRejected auth headerNames
  hasClientCertificate hasCertificateAuthority signatures`;

/** Sets and approves them. */
export async function useSettings(
  app: ControlPlaneDoor,
  channelId: string,
  settings: Record<string, unknown>,
): Promise<SetSettings> {
  const set = await setSettings(app, channelId, settings);
  if (set.approvalRequest) {
    await app.gql('mutation($id: ID!) { approve(requestId: $id) { status } }', { id: set.approvalRequest.id });
  }
  return set;
}
