import { Spotlight, type SpotlightActionData, type SpotlightActionGroupData, spotlight } from '@mantine/spotlight';
import '@mantine/spotlight/styles.css';
import { useDebouncedValue } from '@mantine/hooks';
import { useEffect, useState } from 'react';
import { useLocation } from 'wouter';
import { graphql } from '../api/.generated/gql';
import type { PaletteQuery, SearchKind } from '../api/.generated/graphql';
import { useData } from '../api/use-data';
import { idTail } from '../parts/id-tail';

const SEARCH = graphql(`
  query Palette($text: String!) {
    search(text: $text) {
      kind
      id
      name
      detail
      botId
    }
  }
`);

type Hit = PaletteQuery['search'][number];

const GROUPS: [kind: SearchKind, name: string][] = [
  ['TURN', 'Turns'],
  ['DELIVERY', 'Deliveries'],
  ['CONVERSATION', 'Conversations'],
  ['BOT', 'Bots'],
  ['CHANNEL', 'Channels'],
  ['APP', 'Apps'],
  ['USER', 'Users of the account'],
];

const PAGES: [to: string, name: string][] = [
  ['/', 'Home'],
  ['/bots', 'Bots'],
  ['/channels', 'Channels'],
  ['/apps', 'Apps'],
  ['/approvals', 'Approvals'],
  ['/dashboard', 'Dashboard'],
  ['/conversations', 'Conversations'],
  ['/deliveries', 'Deliveries'],
  ['/deliveries/endpoints', 'Endpoints'],
  ['/audit', 'Audit log'],
  ['/users', 'Users and tokens'],
];

/** Leads to whatever is searched: pages, what is set up, and what was said by its ids. It opens when it is drawn. */
export function Palette({ onClose }: { onClose(): void }) {
  const [, navigate] = useLocation();
  const [query, setQuery] = useState('');
  const [text] = useDebouncedValue(query.trim(), 200);
  const { data } = useData(SEARCH, { text }, { pause: text.length < 2 });
  useEffect(() => spotlight.open(), []);
  const hits = text.length < 2 ? [] : (data?.search ?? []);
  const lower = query.trim().toLowerCase();
  const pages = PAGES.filter(([, name]) => name.toLowerCase().includes(lower)).map(
    ([to, name]): SpotlightActionData => ({ id: to, label: name, onClick: () => navigate(to) }),
  );
  const found = GROUPS.map(
    ([kind, group]): SpotlightActionGroupData => ({
      group,
      actions: hits
        .filter((hit) => hit.kind === kind)
        .map((hit) => ({
          id: `${kind} ${hit.id}`,
          label: hit.name,
          description: hit.detail ?? idTail(hit.id),
          onClick: () => navigate(addressOf(hit)),
        })),
    }),
  );
  const talks: SpotlightActionGroupData = {
    group: 'Playgrounds',
    actions: hits
      .filter(({ kind }) => kind === 'BOT' || kind === 'CHANNEL')
      .map((hit) => ({
        id: `talk ${hit.id}`,
        label: `Talk to ${hit.name}`,
        description: idTail(hit.id),
        onClick: () => navigate(playgroundOf(hit)),
      })),
  };
  return (
    <Spotlight
      query={query}
      onQueryChange={setQuery}
      onSpotlightClose={onClose}
      shortcut={null}
      scrollable
      maxHeight={420}
      filter={(_, actions) => actions}
      actions={[...found, talks, { group: 'Pages', actions: pages }].filter(({ actions }) => actions.length > 0)}
      nothingFound="Nothing is called so"
      searchProps={{ placeholder: 'A name, an id, a trace …', 'aria-label': 'Search everything' }}
    />
  );
}

const playgroundOf = ({ kind, id, botId }: Hit): string =>
  `/bots/${encodeURIComponent(botId ?? id)}/playground${kind === 'CHANNEL' ? `?channel=${encodeURIComponent(id)}` : ''}`;

function addressOf({ kind, id, botId }: Hit): string {
  const encoded = encodeURIComponent(id);
  switch (kind) {
    case 'BOT':
      return `/bots/${encoded}`;
    case 'CHANNEL':
      return `/bots/${encodeURIComponent(botId ?? '')}/channels/${encoded}`;
    case 'APP':
      return `/apps?search=${encoded}`;
    case 'USER':
      return '/users';
    case 'TURN':
      return `/turns/${encoded}`;
    case 'DELIVERY':
      return `/deliveries?ids=${encoded}`;
    case 'CONVERSATION':
      return `/conversations/${encoded}`;
  }
}
