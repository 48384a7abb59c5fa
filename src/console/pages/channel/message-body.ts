/** The sample of a channel with another text in it. */
export function messageBody(sample: object, version: 'v1' | 'v2', text: string): object {
  return { ...sample, message: version === 'v1' ? { text } : { type: 'text', val: text } };
}
