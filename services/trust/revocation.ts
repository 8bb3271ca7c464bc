import { signatureHolds } from "./algorithm.ts";
import type { Certificate } from "./certificate.ts";
import { type RevocationList, readRevocationList } from "./crl.ts";
import { malformed } from "./der.ts";
import { KEY_USAGE, keyUsageOf } from "./extension.ts";
import type { ListReader } from "./list-memory.ts";

/** Status of one certificate at one time. `cause` is the reason code's name, for example `keyCompromise`, or `unstated`. */
export type RevocationStatus =
  | { state: "good" }
  /** Revoked at or before the time. */
  | { state: "revoked"; at: Date; cause: string }
  /** Revoked, but only after the time. */
  | { state: "revoked-later"; at: Date; cause: string }
  | { state: "unknown"; why: string };

/** Where a verifier learns of revocations. */
export interface RevocationSource {
  /** Status of a certificate at a time; never throws. */
  statusAt(certificate: Certificate, time: Date): RevocationStatus;
}

/** A source that gives out the lists that it goes by. */
export interface RevocationLists extends RevocationSource {
  /** The list of a certificate's issuer. */
  listFor(certificate: Certificate): RevocationList | undefined;
}

/**
 * A source over complete revocation lists (RFC 5280 §5), PEM or DER, that `issuers` signed (the authorities themselves;
 * no indirect lists). Refuses (`INVALID_FIELD`) a list that is malformed, of an unknown issuer, or badly signed. Of
 * several lists of one issuer the newest counts.
 *
 * A list answers for times up to its nextUpdate; for later ones the status is `unknown`. An entry counts from its
 * invalidityDate where that is earlier than the revocation (a key lost before anybody noticed). Replace the source when
 * a newer list arrives.
 */
export function createRevocationSource(
  lists: readonly (string | Uint8Array)[],
  issuers: readonly Certificate[],
  readList: ListReader = readRevocationList,
): RevocationLists {
  const newest = new Map<string, RevocationList>();
  for (const text of lists) {
    const list = readList(text);
    const issuer = issuers.find((candidate) => signsList(candidate, list));
    if (issuer === undefined) throw malformed("no given authority signed the revocation list");
    const known = newest.get(issuer.fingerprint);
    if (known === undefined || known.thisUpdate < list.thisUpdate) newest.set(issuer.fingerprint, list);
  }
  const listFor = (certificate: Certificate): RevocationList | undefined => {
    const issuer = issuers.find(
      (candidate) =>
        newest.has(candidate.fingerprint) && Buffer.compare(candidate.subjectDer, certificate.issuerDer) === 0,
    );
    return issuer && newest.get(issuer.fingerprint);
  };
  return {
    listFor,
    statusAt: (certificate, time) => {
      const list = listFor(certificate);
      if (list === undefined) return { state: "unknown", why: "no revocation list of its issuer is known" };
      return statusBy(list, certificate, time);
    },
  };
}

/** Status of a certificate at a time by the list of its issuer. */
export function statusBy(list: RevocationList, certificate: Certificate, time: Date): RevocationStatus {
  const entry = list.entries.get(certificate.serial);
  if (entry !== undefined && entry.since <= time) return { state: "revoked", at: entry.since, cause: entry.cause };
  if (list.nextUpdate < time) {
    return { state: "unknown", why: `the revocation list ended at ${list.nextUpdate.toISOString()}` };
  }
  return entry === undefined ? { state: "good" } : { state: "revoked-later", at: entry.since, cause: entry.cause };
}

/** Whether an authority signed a revocation list. */
export function signsList(issuer: Certificate, list: RevocationList): boolean {
  return (
    Buffer.compare(issuer.subjectDer, list.issuerDer) === 0 &&
    (keyUsageOf(issuer)?.has(KEY_USAGE.crlSign) ?? false) &&
    signatureHolds(list.algorithm, issuer.publicKey, list.tbs, list.signature)
  );
}
