import { createContext } from 'react';
import type { Part } from './template-parts';

/** What pressing a choice of a template does; null where it only shows how a client would draw it. */
export const Choosing = createContext<((part: Part) => void) | null>(null);
