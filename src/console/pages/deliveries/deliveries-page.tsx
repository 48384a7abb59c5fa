import { useParams } from 'wouter';
import { Page } from '../../parts/page';
import { type RouteTab, RouteTabs } from '../../parts/route-tabs';
import { DeliveryList } from './delivery-list';
import { EndpointList } from './endpoint-list';

const TABS: RouteTab[] = [
  { path: '', name: 'Deliveries', Content: () => <DeliveryList /> },
  { path: 'endpoints', name: 'Endpoints', Content: EndpointList },
];

/** What was POSTed on any channel, found by what is known of it and sent again, and the hosts it goes to. */
export function DeliveriesPage() {
  const { tab = '' } = useParams<{ tab?: string }>();
  return (
    <Page title="Deliveries" intro="What was sent to POST URLs, newest first, and how their hosts take it.">
      <RouteTabs base="/deliveries" current={tab} tabs={TABS} label="Parts of the deliveries" />
    </Page>
  );
}
