import { hash } from "node:crypto";
import { canonicalJson } from "./canonical-json.ts";

// Beside their digests, for whoever runs in Node; browsers take them from where they are.
export { canonicalBytes, canonicalJson, type Json, type JsonObject, MAX_JSON_DEPTH } from "./canonical-json.ts";

/** SHA-256 as lower-case hex. */
export function sha256Hex(bytes: Uint8Array | string): string {
  return hash("sha256", bytes, "hex");
}

/** SHA-256 (hex) over the canonical JSON of a value. */
export function digestOf(value: unknown): string {
  return sha256Hex(canonicalJson(value));
}
