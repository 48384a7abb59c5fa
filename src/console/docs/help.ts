/** Where the documentation tells more about a page of the console: the first pattern that its address matches. */
const HELP: [page: RegExp, section: string][] = [
  [/^\/$/, 'console#home-what-needs-you'],
  [/^\/bots\/[^/]+\/channels\/[^/]+\/(delivery-settings|deliveries)$/, 'admin#delivery'],
  [/^\/bots\/[^/]+\/channels\/[^/]+\/payload-formats$/, 'hooks'],
  [/^\/bots\/[^/]+\/channels\/[^/]+\/metrics$|^\/dashboard/, 'admin#metrics'],
  [/^\/bots\/.*\/overrides$/, 'admin#messages-and-overrides'],
  [/^\/bots\/.*\/privacy$/, 'privacy'],
  [/^\/bots\/[^/]+\/channels\//, 'console#a-channel'],
  [/^\/bots\/[^/]+\/(publish|versions)$/, 'admin#publishing'],
  [/^\/bots\/[^/]+\/dialogs$/, 'console#dialogs'],
  [/^\/bots\/[^/]+\/checks/, 'checks'],
  [/^\/bots\/[^/]+\/smart-bots$/, 'admin#smart-bots'],
  [/^\/bots\/[^/]+\/settings$/, 'admin#variables'],
  [/^\/bots/, 'admin#channels'],
  [/^\/apps/, 'hooks#token'],
  [/^\/approvals/, 'admin#publishing'],
  [/^\/(conversations|turns)/, 'console#watching'],
  [/^\/deliveries/, 'admin#finding-and-replaying-deliveries'],
  [/^\/audit/, 'admin#audit'],
  [/^\/(users|account)/, 'permissions'],
  [/^\/alerts/, 'alerts'],
  [/^\/sign-in-providers/, 'single-sign-on'],
  [/^\/settings/, 'admin#who-may-do-what'],
];

/** Page and section of the documentation, as in `admin#audit`. */
export const HELP_SECTIONS = HELP.map(([, section]) => section);

/** The address of the help about the page at `location`. */
export function helpAbout(location: string): string {
  const section = HELP.find(([page]) => page.test(location))?.[1] ?? 'console';
  return `/console/docs/${section}`;
}
