/** Hands a value to the browser as a JSON file. */
export function saveJson(name: string, value: unknown): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([JSON.stringify(value, null, 2)], { type: 'application/json' }));
  link.download = `${name.replace(/[^\w-]+/g, '-')}.json`;
  link.click();
  URL.revokeObjectURL(link.href);
}
