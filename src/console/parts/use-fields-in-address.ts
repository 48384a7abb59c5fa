import { useCallback } from 'react';
import { useSearchParams } from 'wouter';

/** The fields of a filter as they stand in the address, which can be sent to somebody else. */
export function useFieldsInAddress<F extends string>(fields: readonly F[]) {
  const [params, setParams] = useSearchParams();
  const text: Partial<Record<F, string>> = {};
  for (const field of fields) {
    const value = params.get(field);
    if (value) text[field] = value;
  }
  /** `replace`: going back leads before what is replaced. */
  const set = useCallback(
    (change: Partial<Record<F, string>>, { replace = false } = {}) =>
      setParams(
        (before) => {
          const after = new URLSearchParams(before);
          for (const field of fields) {
            if (!(field in change)) continue;
            const value = change[field];
            if (value) after.set(field, value);
            else after.delete(field);
          }
          return after;
        },
        { replace },
      ),
    [fields, setParams],
  );
  return { text, set };
}

/** A date and time without a zone is one of whoever looks. */
export function toIso(value: string): string {
  const at = new Date(value);
  return Number.isNaN(at.getTime()) ? value : at.toISOString();
}
