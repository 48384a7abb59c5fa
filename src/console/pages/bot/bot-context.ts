import { createContext, useContext } from 'react';
import type { BotDetails } from './bot-query';

const BotContext = createContext<BotDetails | null>(null);

export const BotProvider = BotContext.Provider;

/** The bot whose page this is. */
export function useBot(): BotDetails {
  const bot = useContext(BotContext);
  if (bot === null) throw new Error('useBot needs a BotProvider above it');
  return bot;
}
