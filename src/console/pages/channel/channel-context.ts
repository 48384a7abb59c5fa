import { createContext, useContext } from 'react';
import type { ChannelDetails } from './channel-query';

const ChannelContext = createContext<ChannelDetails | null>(null);

export const ChannelProvider = ChannelContext.Provider;

/** The channel whose page this is. */
export function useChannel(): ChannelDetails {
  const channel = useContext(ChannelContext);
  if (channel === null) throw new Error('useChannel needs a ChannelProvider above it');
  return channel;
}
