import { notifications } from '@mantine/notifications';

/** Tells that something worked; a live region, so screen readers hear it too. */
export const told = (message: string): void =>
  void notifications.show({
    message,
    color: 'green',
    autoClose: 6000,
    closeButtonProps: { 'aria-label': 'Close this message' },
  });
