import { readFileSync } from "node:fs";
import { Refusal } from "../domain/refusal.ts";

/** Reads a file of a configuration as JSON. Throws `INVALID_FIELD`, which names the file, where it cannot be read or is no JSON. */
export function readJsonFile(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (cause) {
    const why = cause instanceof SyntaxError ? `is no JSON: ${cause.message}` : `cannot be read: ${String(cause)}`;
    throw new Refusal("INVALID_FIELD", `${file} ${why}`, { metadata: { file }, cause });
  }
}
