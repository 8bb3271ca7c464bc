import type { JsonObject } from "../../domain/canonical.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { RegistryDocument, RegistryPast } from "../stored/records.ts";

/** Times that a department may come under another superior: many more than reforms of a lifetime, and a record stays small. */
export const MAX_FORMER_SUPERIORS = 100;

/**
 * The past of a record once `value` replaces what is stored. Throws `TOO_LARGE` where a department has had too many superiors.
 */
export function pastAfter(old: RegistryDocument | undefined, value: JsonObject, now: Date): RegistryPast | undefined {
  if (old?.kind === "department") return departmentPast(old, value, now);
  return old?.past;
}

function departmentPast({ past, key, value: before }: RegistryDocument, value: JsonObject, now: Date) {
  const code = textOf(before.superiorCode);
  if (code === textOf(value.superiorCode)) return past;
  const earlier = past?.superiors ?? [];
  // A clock that was set back must not put them out of order.
  const until = [now.toISOString(), earlier.at(-1)?.until ?? ""].sort().at(-1) as string;
  const superiors = [...earlier, { code, until }];
  if (superiors.length > MAX_FORMER_SUPERIORS) {
    throw new Refusal("TOO_LARGE", `department ${key} has had ${MAX_FORMER_SUPERIORS} superiors`, {
      metadata: { key },
    });
  }
  return { superiors };
}

/** Proto JSON leaves out what is empty. */
function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
