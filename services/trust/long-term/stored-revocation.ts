import type { TrustAnchors } from "../anchors.ts";
import type { Certificate } from "../certificate.ts";
import type { RevocationList } from "../crl.ts";
import { basicConstraintsOf } from "../extension.ts";
import { type RevocationSource, type RevocationStatus, signsList, statusBy } from "../revocation.ts";

/** What a document carries to show that certificates had not been revoked. */
export interface StoredLists {
  lists: readonly RevocationList[];
  /** Certificates among which the authorities are that signed the lists; none of them is believed for being here. */
  certificates: readonly Certificate[];
  trust: TrustAnchors;
}

/** A list may seem so much older than a time stamp that it is younger than: clocks differ. */
const SKEW_MS = 300_000;

/**
 * A source over the lists in a document. A list counts for a certificate if the key that signed the certificate signed the list
 * too, so nobody can bring along lists of his own.
 *
 * Whoever made the document chose the lists. With `onlyYounger` one that was made before the time asked for therefore says
 * nothing of a signer (EN 319 102-1 §5.2.5): a stolen key could be used under the last list that does not name it.
 * Authorities' lists, made a few times a year, count up to their nextUpdate all the same.
 */
export function storedRevocation(
  { lists, certificates, trust }: StoredLists,
  { onlyYounger }: { onlyYounger: boolean },
): RevocationSource {
  const authorities = [...trust.anchors, ...certificates].filter((one) => basicConstraintsOf(one).ca);
  return {
    statusAt(certificate, time) {
      const issuers = authorities.filter((authority) => trust.issued(authority, certificate));
      const keys = issuers.filter(
        ({ spki }, at) => issuers.findIndex((one) => Buffer.compare(one.spki, spki) === 0) === at,
      );
      // The newest first: of two that agree but for the cause it counts.
      const own = lists
        .filter((list) => keys.some((issuer) => signsOnce(issuer, list)))
        .toSorted((a, b) => b.thisUpdate.getTime() - a.thisUpdate.getTime());
      if (own.length === 0) return { state: "unknown", why: "the document holds no revocation list of its issuer" };
      const younger = onlyYounger && !basicConstraintsOf(certificate).ca;
      return heaviest(own.map((list) => answer(list, certificate, time, younger)));
    },
  };
}

/** What was found of lists before, by their octets and the certificate of the authority. */
const found = new WeakMap<Uint8Array, Map<string, boolean>>();

/** As `signsList`; a signature of a list that is kept is verified once. */
export function signsOnce(issuer: Certificate, list: RevocationList): boolean {
  const known = found.get(list.der) ?? new Map<string, boolean>();
  found.set(list.der, known);
  const before = known.get(issuer.fingerprint);
  if (before !== undefined) return before;
  const signs = signsList(issuer, list);
  known.set(issuer.fingerprint, signs);
  return signs;
}

function answer(list: RevocationList, certificate: Certificate, time: Date, younger: boolean): RevocationStatus {
  const status = statusBy(list, certificate, time);
  if (status.state === "good" && younger && list.thisUpdate.getTime() + SKEW_MS < time.getTime()) {
    const made = list.thisUpdate.toISOString();
    return { state: "unknown", why: `the revocation list in the document, of ${made}, is older than the signature` };
  }
  return status;
}

/** Asks several sources: what one knows against a certificate counts, and what one can tell counts over what one cannot. */
export function joinedRevocation(sources: readonly RevocationSource[]): RevocationSource {
  return {
    statusAt: (certificate, time) => heaviest(sources.map((source) => source.statusAt(certificate, time))),
  };
}

const WEIGHTS: readonly RevocationStatus["state"][] = ["revoked", "revoked-later", "good", "unknown"];

function heaviest(statuses: readonly RevocationStatus[]): RevocationStatus {
  const [first] = statuses.toSorted((a, b) => WEIGHTS.indexOf(a.state) - WEIGHTS.indexOf(b.state));
  return first ?? { state: "unknown", why: "no revocation list is known" };
}
