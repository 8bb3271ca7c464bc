import { useEffect, useRef } from "react";

/**
 * Work of a form that was not handed in: `lost` with its page; `kept` in this window, to be found by whoever comes back to the form; or `restored` from there
 * and not touched since, which no other page of the console harms, but the end of the window does.
 */
export type Unsaved = "lost" | "kept" | "restored";

const looks = new Set<() => Unsaved | undefined>();

/** Tells of the work of a form for as long as that is shown: `look` says what there is, whenever somebody is about to leave. */
export function useUnsaved(look: () => Unsaved | undefined): void {
  const latest = useRef(look);
  useEffect(() => {
    latest.current = look;
  });
  useEffect(() => {
    const one = () => latest.current();
    looks.add(one);
    return () => {
      looks.delete(one);
    };
  }, []);
}

/** The worst that would become of what is filled in on this page; `undefined`: there is nothing. */
export function unsavedWork(): Unsaved | undefined {
  const all = [...looks].map((look) => look());
  return (["lost", "kept", "restored"] as const).find((one) => all.includes(one));
}
