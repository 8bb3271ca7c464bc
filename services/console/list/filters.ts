import { useCallback, useMemo } from "react";
import { useSearchParams } from "react-router";

/** What a list is narrowed by: kept in the address, so that a list can be sent to somebody and found again by going back. */
export interface Filters {
  /** The value of a filter; empty where it is not set. */
  get(name: string): string;
  /** Sets a filter, or clears it by an empty value. The list begins anew. */
  set(name: string, value: string): void;
  /** Sets several filters at once: of two that are set one after the other in one moment the address would keep the last alone. */
  setAll(values: Readonly<Record<string, string>>): void;
  clear(): void;
  /** Whether any is set. */
  readonly any: boolean;
  /** All of them as one text, by which a list is told from another. */
  readonly key: string;
}

/** The filters of a page. `defaults`: what a filter is where the address says nothing. */
export function useFilters(defaults: Readonly<Record<string, string>> = {}): Filters {
  const [params, setParams] = useSearchParams();
  const setAll = useCallback(
    (values: Readonly<Record<string, string>>) =>
      setParams(
        (before) => {
          const after = new URLSearchParams(before);
          for (const [name, value] of Object.entries(values)) {
            if (value === "") after.delete(name);
            else after.set(name, value);
          }
          return after;
        },
        { replace: true },
      ),
    [setParams],
  );
  const set = useCallback((name: string, value: string) => setAll({ [name]: value }), [setAll]);
  const clear = useCallback(() => setParams({}, { replace: true }), [setParams]);
  const key = params.toString();
  return useMemo(
    () => ({ get: (name) => params.get(name) ?? defaults[name] ?? "", set, setAll, clear, any: key !== "", key }),
    [params, set, setAll, clear, key, defaults],
  );
}
