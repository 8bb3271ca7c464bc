import { useCallback, useMemo } from "react";
import { useSearchParams } from "react-router";

/** Name under which the order of a list stands in the address: it narrows nothing. */
export const SORT = "sort";

const NO_DEFAULTS: Readonly<Record<string, string>> = {};

/** What a list is narrowed by: kept in the address, so that a list can be sent to somebody and found again by going back. */
export interface Filters {
  /** The value of a filter; empty where it is not set. */
  get(name: string): string;
  /** Sets a filter, or clears it by an empty value. The list begins anew. */
  set(name: string, value: string): void;
  /** Sets several filters at once: of two that are set one after the other in one moment the address would keep the last alone. */
  setAll(values: Readonly<Record<string, string>>): void;
  clear(): void;
  /** Whether any is set, beside the order. */
  readonly any: boolean;
  /** All of them as one text, by which a list is told from another. */
  readonly key: string;
}

/**
 * The filters of a page. `defaults`: what a filter is where the address says nothing. `part`: of which of several lists of a page; its filters stand
 * in the address under that name, and change no other list.
 */
export function useFilters(defaults = NO_DEFAULTS, part = ""): Filters {
  const [params, setParams] = useSearchParams();
  const prefix = part === "" ? "" : `${part}-`;
  const setAll = useCallback(
    (values: Readonly<Record<string, string>>) =>
      setParams(
        (before) => {
          const after = new URLSearchParams(before);
          for (const [name, value] of Object.entries(values)) {
            if (value === "") after.delete(prefix + name);
            else after.set(prefix + name, value);
          }
          return after;
        },
        { replace: true },
      ),
    [setParams, prefix],
  );
  const set = useCallback((name: string, value: string) => setAll({ [name]: value }), [setAll]);
  const clear = useCallback(
    () =>
      setParams(
        (before) => {
          const isLeft = ([name]: [string, string]) => !name.startsWith(prefix) || name === prefix + SORT;
          return [...before].filter(isLeft);
        },
        { replace: true },
      ),
    [setParams, prefix],
  );
  const own = [...params].filter(([name]) => name.startsWith(prefix));
  const key = new URLSearchParams(own).toString();
  const any = own.some(([name]) => name !== prefix + SORT);
  return useMemo(
    () => ({ get: (name) => params.get(prefix + name) ?? defaults[name] ?? "", set, setAll, clear, any, key }),
    [params, prefix, set, setAll, clear, any, key, defaults],
  );
}
