import { Stack, Text } from '@mantine/core';
import { useEffect } from 'react';

/** A page whose code could not be fetched: the server is away, or has been upgraded since the console was opened. */
export class PageNotFetched extends Error {
  constructor(cause: unknown) {
    super('its code could not be fetched', { cause });
  }
}

/** Milliseconds between two questions whether the server answers again. */
const ASK_EVERY_MS = 2_000;

/** Milliseconds: a page that fails again so soon after it was loaded again is not loaded once more. */
const LOADED_BEFORE_MS = 30_000;
const LOADED_AT = 'hookswitch:loaded-again-at';

/** Whether loading again was tried just now, and did not help. */
export const wasLoadedAgain = (): boolean => Date.now() - Number(sessionStorage.getItem(LOADED_AT)) < LOADED_BEFORE_MS;

/**
 * Waits for the server and loads the console again, at the same address: browsers remember that code could not be
 * fetched, so nothing less helps.
 */
export function WaitForServer() {
  useEffect(() => {
    const ask = async () => {
      const isBack = await fetch(location.href).then(
        ({ ok }) => ok,
        () => false,
      );
      if (!isBack) return;
      clearInterval(timer);
      sessionStorage.setItem(LOADED_AT, String(Date.now()));
      location.reload();
    };
    const timer = setInterval(() => void ask(), ASK_EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  return (
    <Stack role="status">
      <Text fw={600}>The server cannot be reached</Text>
      <Text size="sm">Nothing that was saved is affected. This page opens as soon as the server answers again.</Text>
    </Stack>
  );
}
