import { childrenOf, malformed, readDer, TAG } from "../der.ts";
import { sequence } from "../der-write.ts";
import { OID } from "../oid.ts";
import type { SealExtension } from "./form.ts";

/** Most certificates that are taken from one addition. */
const MAX_CERTIFICATES = 16;

/**
 * The authorities above a signer as an addition (ExtData) to a seal or a signature. GB/T 38540 has no place for them, and without
 * them a verifier who trusts a root alone finds no path. It is CertificateValues of CAdES (RFC 5126 §6.3.3), not critical:
 * whoever does not know it passes over it.
 */
export function chainExtension(chain: readonly Uint8Array[]): SealExtension[] {
  if (chain.length === 0) return [];
  return [{ type: OID.certificateValues, critical: false, value: sequence(...chain) }];
}

/** The authorities in additions that {@link chainExtension} made. Refuses (`INVALID_FIELD`) malformed ones. */
export function chainIn(extensions: readonly SealExtension[]): Uint8Array[] {
  return extensions
    .filter(({ type }) => type === OID.certificateValues)
    .flatMap(({ value }) => {
      const certificates = childrenOf(readDer(value), TAG.sequence);
      if (certificates.length > MAX_CERTIFICATES) throw malformed(`more than ${MAX_CERTIFICATES} certificates`);
      return certificates.map(({ raw }) => raw);
    });
}
