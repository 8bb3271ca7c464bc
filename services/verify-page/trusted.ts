import { fromBase64url } from "../statement/bytes.ts";
import type { Province } from "../statement/judge-kept.ts";

/** By whose word QR codes are judged here, as the node says it in the page's document. */
export interface Trusted {
  /** Absent where the node has no province: then nothing can be judged off-line. */
  readonly province?: Province;
  /** Code of the node where it is a sandbox. */
  readonly sandbox?: string;
}

/** Reads what the node says. A document without it trusts nobody. */
export function readTrusted(): Trusted {
  const written = document.querySelector<HTMLMetaElement>('meta[name="ecert-verification"]')?.content ?? "";
  try {
    return JSON.parse(written) as Trusted;
  } catch {
    return {};
  }
}

/** SHA-256 of a province's raw public key, hexadecimal in groups of four: to be compared with what the province has made known elsewhere. */
export async function fingerprintOf({ key }: Province): Promise<string> {
  const raw = fromBase64url(key) ?? new Uint8Array();
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", raw as Uint8Array<ArrayBuffer>));
  const hex = Array.from(digest, (octet) => octet.toString(16).padStart(2, "0")).join("");
  return (hex.match(/.{4}/g) ?? []).join(" ");
}
