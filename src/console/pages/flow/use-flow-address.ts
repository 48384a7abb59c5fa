import { useFieldsInAddress } from '../../parts/use-fields-in-address';

/** What is looked at, as it stands in the address: a dialog of a version, one node of it, and the way of a turn. */
export function useFlowAddress() {
  const { text, set } = useFieldsInAddress(['version', 'dialog', 'view', 'node', 'trace', 'turn']);
  const number = Number(text.version);
  return { text, set, version: text.version && Number.isInteger(number) ? number : null };
}
