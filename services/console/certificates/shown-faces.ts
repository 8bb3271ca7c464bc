import { useCallback, useState } from "react";
import type { Issuing } from "./use-issuing.ts";

/** Digests of the faces that a page has shown, by identifier. */
export function useShownFaces() {
  const [shown, setShown] = useState<ReadonlyMap<string, string>>(new Map());
  const note = useCallback(
    (identifier: string, digest: string) => setShown((before) => new Map(before).set(identifier, digest)),
    [],
  );
  return { shown, note };
}

/** What changes when faces have to be shown anew, since they were others than those that would have been confirmed. */
export function otherFaces({ step }: Pick<Issuing, "step">): object | undefined {
  const isOther = step.at === "stopped" && typeof step.why === "object" && "otherFaces" in step.why;
  return isOther ? step : undefined;
}
