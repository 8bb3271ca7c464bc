import { instantOf } from "../../services/domain/instant.ts";
import { refuseArgument } from "../../services/domain/refusal.ts";
import { REVOCATION_CAUSES } from "../../services/trust/crl.ts";
import { TAG } from "../../services/trust/der.ts";
import {
  bitString,
  derElement,
  derTime,
  sequence,
  smallInteger,
  tagged,
  unsignedInteger,
} from "../../services/trust/der-write.ts";
import { OID } from "../../services/trust/oid.ts";
import { toPem } from "../../services/trust/pem.ts";
import { authorityIdentifier, extension } from "./certificate-form.ts";
import type { IssuerKey } from "./issuers.ts";
import type { RegisterEntry } from "./register.ts";

/**
 * A complete revocation list (RFC 5280 §5, version 2) in PEM, over those of `entries` that are revoked, valid from `now`
 * for `days`. Its number is the time of its making in milliseconds: it grows without a counter that could be lost.
 */
export function revocationList(
  { certificate, key }: IssuerKey,
  entries: readonly RegisterEntry[],
  now: Date,
  days: number,
): string {
  if (!Number.isSafeInteger(days) || days < 1 || days > 3650) {
    throw refuseArgument("INVALID_FIELD", "days", "must be a whole number from 1 to 3650");
  }
  const revoked = entries.flatMap(listed);
  const extensions = [
    extension(OID.authorityKeyIdentifier, authorityIdentifier(certificate.spki)),
    extension(OID.crlNumber, smallInteger(now.getTime())),
  ];
  const tbs = sequence(
    smallInteger(1),
    key.identifier,
    certificate.subjectDer,
    derTime(now),
    derTime(new Date(now.getTime() + days * 86_400_000)),
    ...(revoked.length === 0 ? [] : [sequence(...revoked)]),
    tagged(0, sequence(...extensions)),
  );
  return toPem("X509 CRL", sequence(tbs, key.identifier, bitString(key.sign(tbs))));
}

/** An unspecified reason is left out, as RFC 5280 §5.3.1 wants it. */
function listed({ serial, revoked }: RegisterEntry): Uint8Array[] {
  if (revoked === undefined) return [];
  const code = REVOCATION_CAUSES.indexOf(revoked.cause);
  const reason = extension(OID.reasonCode, derElement(TAG.enumerated, Uint8Array.of(code)));
  const head = [unsignedInteger(Buffer.from(serial, "hex")), derTime(new Date(instantOf(revoked.at)))];
  return [sequence(...head, ...(code === 0 ? [] : [sequence(reason)]))];
}
