import { useLocation } from 'wouter';
import { graphql } from '../../api/.generated/gql';
import { useData } from '../../api/use-data';
import { BotPermissionsProvider } from '../../api/use-viewer';
import { Page } from '../../parts/page';
import { ChannelForm } from './channel-form';

const BOT_OF_CHANNEL = graphql(`
  query BotOfNewChannel($id: ID!) {
    bot(id: $id) {
      id
      name
      permissions
    }
  }
`);

export function NewChannel({ botId }: { botId: string }) {
  const [, navigate] = useLocation();
  const { data } = useData(BOT_OF_CHANNEL, { id: botId });
  const path = [
    { name: 'Bots', to: '/bots' },
    { name: data?.bot?.name ?? 'Bot', to: `/bots/${botId}` },
  ];
  return (
    <Page
      title="New webhook channel"
      path={path}
      intro="One named connection between this bot and an outside system, with a URL of its own."
    >
      <BotPermissionsProvider value={data?.bot?.permissions ?? []}>
        <ChannelForm
          botId={botId}
          channel={null}
          onSaved={(id) => navigate(`/bots/${botId}/channels/${id}`, { replace: true })}
        />
      </BotPermissionsProvider>
    </Page>
  );
}
