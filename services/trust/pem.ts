import { Refusal } from "../domain/refusal.ts";

/** Wraps DER as one PEM block (RFC 7468), lines of 64 characters, ending in a line feed. */
export function toPem(label: string, der: Uint8Array): string {
  const lines = Buffer.from(der)
    .toString("base64")
    .replace(/.{64}(?=.)/g, "$&\n");
  return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`;
}

/**
 * DER of every block with the given label, in order; text between blocks is ignored. Refuses (`INVALID_FIELD`) damaged
 * base64. An empty result is the caller's to judge.
 */
export function fromPem(label: string, pem: string): Uint8Array[] {
  const blocks = pem.matchAll(new RegExp(`-----BEGIN ${label}-----([^-]*)-----END ${label}-----`, "g"));
  return [...blocks].map(([, body = ""]) => {
    const base64 = body.replace(/\s+/g, "");
    const der = Buffer.from(base64, "base64");
    if (der.length === 0 || der.toString("base64") !== base64) {
      throw new Refusal("INVALID_FIELD", `PEM: the ${label} block is not base64`);
    }
    return der;
  });
}
