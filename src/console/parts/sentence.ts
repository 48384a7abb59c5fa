const NAMES: Record<string, string> = {
  app: 'App',
  appClientId: 'App',
  postUrl: 'POST URL',
};

/** The name of a field as one reads it: "retryWindowMinutes" → "Retry window minutes". */
export function sentence(field: string): string {
  const words = field.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  return NAMES[field] ?? words.charAt(0).toUpperCase() + words.slice(1);
}
