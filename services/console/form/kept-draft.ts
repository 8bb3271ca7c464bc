import { useEffect, useRef, useState } from "react";

const PREFIX = "ecert.draft.";

/** Forgets what was filled in, whatever it is: for who leaves a desk that others use too, since it holds data of people. */
export function forgetDrafts(): void {
  for (const key of Object.keys(sessionStorage)) if (key.startsWith(PREFIX)) sessionStorage.removeItem(key);
}

/**
 * What has been filled in, kept in this window as it is typed, so that a reload, a lost session or a page left by chance costs nothing. It ends with the
 * window, as far as the browser does not bring closed windows back, and with signing out of it.
 */
export function useKeptDraft<T extends object>(
  name: string,
): {
  /** What was kept, when the page was opened. */
  readonly before: T | undefined;
  /** When it was kept last; absent before that. */
  readonly keptAt: Date | undefined;
  keep(values: T): void;
  forget(): void;
} {
  const key = `${PREFIX}${name}`;
  const [before] = useState(() => read<T>(key));
  const [keptAt, setKeptAt] = useState<Date>();
  const waiting = useRef<T>(undefined);
  const write = () => {
    if (waiting.current === undefined) return;
    const values = waiting.current;
    waiting.current = undefined;
    try {
      sessionStorage.setItem(key, JSON.stringify(values));
      setKeptAt(new Date());
    } catch {
      // More than a browser keeps for one page: what is shown says that nothing was kept.
      setKeptAt(undefined);
    }
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: one clock for the life of the page
  useEffect(() => {
    const timer = setInterval(write, 1_000);
    return () => {
      clearInterval(timer);
      write();
    };
  }, []);
  return {
    before,
    keptAt,
    keep(values) {
      waiting.current = values;
    },
    forget() {
      waiting.current = undefined;
      sessionStorage.removeItem(key);
      setKeptAt(undefined);
    },
  };
}

function read<T>(key: string): T | undefined {
  const kept = sessionStorage.getItem(key);
  if (kept === null) return undefined;
  try {
    return JSON.parse(kept) as T;
  } catch {
    return undefined;
  }
}
