import { floorHook } from './floor-hook.js';

/** F2: an echo. Nothing is stored. */
floorHook(process.argv[2] ?? '', ({ message }) => ({ text: `${message.text}|1|0` }));
