import { useCallback, useMemo } from "react";
import { useSearchParams } from "react-router";

/** What a list is narrowed by: kept in the address, so that a list can be sent to somebody and found again by going back. */
export interface Filters {
  /** The value of a filter; empty where it is not set. */
  get(name: string): string;
  /** Sets a filter, or clears it by an empty value. The list begins anew. */
  set(name: string, value: string): void;
  clear(): void;
  /** Whether any is set. */
  readonly any: boolean;
  /** All of them as one text, by which a list is told from another. */
  readonly key: string;
}

/** The filters of a page. `defaults`: what a filter is where the address says nothing. */
export function useFilters(defaults: Readonly<Record<string, string>> = {}): Filters {
  const [params, setParams] = useSearchParams();
  const set = useCallback(
    (name: string, value: string) =>
      setParams(
        (before) => {
          const after = new URLSearchParams(before);
          if (value === "") after.delete(name);
          else after.set(name, value);
          return after;
        },
        { replace: true },
      ),
    [setParams],
  );
  const clear = useCallback(() => setParams({}, { replace: true }), [setParams]);
  const key = params.toString();
  return useMemo(
    () => ({ get: (name) => params.get(name) ?? defaults[name] ?? "", set, clear, any: key !== "", key }),
    [params, set, clear, key, defaults],
  );
}
