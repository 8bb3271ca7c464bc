import { useEffect, useRef, useState } from "react";
import { forgetValues, keepValues, keptValues } from "../../staff-page/kept-values.ts";
import { useUnsaved } from "./unsaved.ts";

/**
 * What has been filled in, kept in this window as it is typed, so that a reload, a lost session or a page left by chance costs nothing. It ends with the
 * window, as far as the browser does not bring closed windows back, and with signing out of it. Until it is handed in, leaving the form is asked about
 * (`shell/leave-guard.tsx`), also where the browser keeps nothing (more than it has room for). `isQuestion`: there is nothing to hand in, and nothing is asked.
 */
export function useKeptDraft<T extends object>(
  name: string,
  { isQuestion = false } = {},
): {
  /** What was kept, when the page was opened. */
  readonly before: T | undefined;
  /** When it was kept last; absent before that. */
  readonly keptAt: Date | undefined;
  keep(values: T): void;
  forget(): void;
} {
  const [before] = useState(() => keptValues<T>(name));
  const [keptAt, setKeptAt] = useState<Date>();
  const waiting = useRef<T>(undefined);
  const unkept = useRef(false);
  const touched = useRef(false);
  const open = useRef(before !== undefined);
  useUnsaved(() => {
    if (isQuestion || !open.current) return undefined;
    if (unkept.current) return "lost";
    return touched.current ? "kept" : "restored";
  });
  const write = () => {
    if (waiting.current === undefined) return;
    const values = waiting.current;
    waiting.current = undefined;
    unkept.current = !keepValues(name, values);
    // What is shown says that nothing was kept.
    setKeptAt(unkept.current ? undefined : new Date());
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: one clock for the life of the page
  useEffect(() => {
    const timer = setInterval(write, 1_000);
    window.addEventListener("beforeunload", write);
    return () => {
      clearInterval(timer);
      window.removeEventListener("beforeunload", write);
      write();
    };
  }, []);
  return {
    before,
    keptAt,
    keep(values) {
      waiting.current = values;
      touched.current = true;
      open.current = true;
    },
    forget() {
      waiting.current = undefined;
      unkept.current = false;
      touched.current = false;
      open.current = false;
      forgetValues(name);
      setKeptAt(undefined);
    },
  };
}
