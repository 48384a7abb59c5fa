import { ClockIcon } from '@heroicons/react/24/outline';
import { Alert, Button, Group, Text } from '@mantine/core';
import { Link } from 'wouter';
import { useRights } from '../../api/use-viewer';
import type { ChannelDetails } from './channel-query';

/** That an older configuration serves until the saved one is approved. */
export function ServingNotice({ channel }: { channel: ChannelDetails }) {
  const { isAdmin } = useRights();
  const approved = approvedOf(channel.approved);
  if (!approved || !differs(channel, approved)) return null;
  return (
    <Alert
      variant="outline"
      color="yellow"
      icon={<ClockIcon width={24} aria-hidden />}
      title="The saved changes do not serve yet"
    >
      <Group justify="space-between" gap="xs">
        <Text size="sm" flex="1 1 220px">
          Until an admin approves them, the channel answers{' '}
          {approved.mode === 'ASYNC' ? 'asynchronously' : 'synchronously'}, with the app{' '}
          {channel.approvedApp?.name ?? approved.appClientId ?? 'it had'}
          {approved.postUrl ? ` and the POST URL ${approved.postUrl}` : ''}.
        </Text>
        {channel.pendingRequest && (
          <Button component={Link} href={`/approvals/${channel.pendingRequest.id}`} size="xs" variant="default">
            {isAdmin ? 'Review the changes' : 'See the request'}
          </Button>
        )}
      </Group>
    </Alert>
  );
}

/** Those that are shown: another secret of the same kind does not differ. */
const DELIVERY_SETTINGS = [
  'timeoutSeconds',
  'retryWindowMinutes',
  'maxConcurrency',
  'maxPerSecond',
  'onRejected',
  'auth',
  'headerNames',
  'hasClientCertificate',
  'hasCertificateAuthority',
  'signatures',
] as const;

interface Approved {
  appClientId?: string | null;
  mode?: string;
  postUrl?: string | null;
  deliverySettings?: Partial<ChannelDetails['deliverySettings']>;
}

const approvedOf = (value: unknown): Approved | null =>
  typeof value === 'object' && value !== null ? (value as Approved) : null; // the server's own shape

const differs = (channel: ChannelDetails, approved: Approved): boolean =>
  (approved.appClientId ?? null) !== (channel.app?.clientId ?? null) ||
  approved.mode !== channel.mode ||
  (approved.postUrl ?? null) !== (channel.postUrl ?? null) ||
  DELIVERY_SETTINGS.some((key) => String(approved.deliverySettings?.[key]) !== String(channel.deliverySettings[key]));
