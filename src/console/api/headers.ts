/** The server takes the session's cookie only with it: no page of another site can send it. */
export const HEADERS = { 'X-Hookswitch-Console': '1' };
