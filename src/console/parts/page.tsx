import { Anchor, Breadcrumbs, Group, Stack, Text, Title } from '@mantine/core';
import { type ReactNode, useEffect, useRef } from 'react';
import { Link, useLocation } from 'wouter';
import { useAbout } from '../api/use-about';
import { helpAbout } from '../docs/help';

interface PageProps {
  title: string;
  /** The pages above it, outermost first. */
  path?: { name: string; to: string }[];
  /** One line on what the page is about. */
  intro?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

/** A page with its heading, which gets the focus when the page opens: that is how a screen reader tells it. */
export function Page({ title, path = [], intro, actions, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  const [location] = useLocation();
  const instance = useAbout()?.instanceName;
  useEffect(() => {
    document.title = [title, instance, 'Hookswitch'].filter(Boolean).join(' · ');
  }, [title, instance]);
  useEffect(() => {
    if (document.activeElement === document.body) heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <Stack gap="lg">
      <Stack gap={6}>
        {path.length > 0 && (
          <Breadcrumbs component="nav" aria-label="Breadcrumb" separatorMargin={6}>
            {path.map(({ name, to }) => (
              <Anchor key={to} component={Link} href={to} size="sm">
                {name}
              </Anchor>
            ))}
          </Breadcrumbs>
        )}
        <Group justify="space-between" align="center" gap="sm">
          <Group gap="sm" align="baseline">
            <Title order={1} size="h2" ref={heading} tabIndex={-1} style={{ outline: 'none' }}>
              {title}
            </Title>
            <Anchor href={helpAbout(location)} target="_blank" size="sm">
              Help
            </Anchor>
          </Group>
          {actions && <Group gap="xs">{actions}</Group>}
        </Group>
        {intro && (
          <Text c="dimmed" maw={720} component="div">
            {intro}
          </Text>
        )}
      </Stack>
      {children}
    </Stack>
  );
}
