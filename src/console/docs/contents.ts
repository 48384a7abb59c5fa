/** The pages of the documentation, in the order of the list beside them: file names of `docs/` without their ending, and the list of changes. */
export const CONTENTS: Record<string, string[]> = {
  'First steps': ['tutorial', 'console', 'admin', 'glossary'],
  'Outside systems': ['hooks', 'client', 'callbacks', 'receivers'],
  Bots: ['dialogs', 'understanding', 'language-models', 'scripting', 'engines'],
  People: ['permissions', 'single-sign-on', 'scim', 'privacy'],
  Automation: ['configuration', 'admin-client', 'management-api', 'cli', 'checks', 'canary', 'alerts'],
  Operation: [
    'deployment',
    'settings',
    'operations',
    'scaling',
    'upgrading',
    'CHANGELOG',
    'security-outbound',
    'benchmarks',
    'ARCHITECTURE',
  ],
};
