import { Anchor, ScrollArea, Tabs } from '@mantine/core';
import { type ComponentType, Suspense } from 'react';
import { Link, useLocation } from 'wouter';
import { Nothing } from './nothing';
import { Waiting } from './waiting';

export interface RouteTab {
  /** The last part of the address; empty for the first tab. */
  path: string;
  name: string;
  Content: ComponentType;
}

/** Tabs whose place is in the address, so that each can be linked to. Only the open one is there. */
export function RouteTabs({
  base,
  current,
  tabs,
  label,
}: {
  base: string;
  current: string;
  tabs: RouteTab[];
  label: string;
}) {
  const [, navigate] = useLocation();
  return (
    <Tabs
      value={current || 'first'}
      onChange={(value) => navigate(value === 'first' || value === null ? base : `${base}/${value}`)}
      keepMounted={false}
    >
      <ScrollArea type="never" viewportProps={{ tabIndex: -1 }}>
        <Tabs.List aria-label={label} style={{ flexWrap: 'nowrap' }}>
          {tabs.map(({ path, name }) => (
            <Tabs.Tab key={path} value={path || 'first'}>
              {name}
            </Tabs.Tab>
          ))}
        </Tabs.List>
      </ScrollArea>
      {tabs.map(({ path, Content }) => (
        <Tabs.Panel key={path} value={path || 'first'} pt="lg">
          <Suspense fallback={<Waiting />}>
            <Content />
          </Suspense>
        </Tabs.Panel>
      ))}
      {!tabs.some(({ path }) => path === current) && (
        <Nothing title="There is nothing at this address">
          <Anchor component={Link} href={base}>
            To {tabs[0]?.name ?? 'the first part'}
          </Anchor>
        </Nothing>
      )}
    </Tabs>
  );
}
