import type { TrustAnchors } from "../anchors.ts";
import { anchoredAuthorities } from "../authorities.ts";
import { type ListsAbout, listsAbout, type RevocationStatus, statusByLists } from "../authority-lists.ts";
import type { Certificate } from "../certificate.ts";
import type { RevocationList } from "../crl.ts";
import { basicConstraintsOf } from "../extension.ts";
import { heaviestStatus, type RevocationSource } from "../revocation.ts";

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
 * A source over the lists in a document, by the rule of `listsAbout`: they are those of authorities that the verifier's anchors vouch
 * for, so nobody can bring along lists of his own.
 *
 * Whoever made the document chose the lists. With `onlyYounger` one that was made before the time asked for therefore says
 * nothing of a signer (EN 319 102-1 §5.2.5): a stolen key could be used under the last list that does not name it.
 * Authorities' lists, made a few times a year, count up to their nextUpdate all the same. Without it the lists are those of
 * time stamps: what they say of the time of a stamp stands when they have ended too.
 */
export function storedRevocation(
  { lists, certificates, trust }: StoredLists,
  { onlyYounger }: { onlyYounger: boolean },
): RevocationSource {
  const authorities = anchoredAuthorities(trust.anchors, certificates);
  return {
    statusAt(certificate, time) {
      const about = listsAbout(certificate, lists, authorities);
      const status = statusByLists(about, certificate, time);
      if (status.state === "unknown" && about.own.length === 0) {
        return { state: "unknown", why: "the document holds no revocation list of its issuer" };
      }
      if (status.state === "good" && !onlyYounger) return { state: "good" };
      return onlyYounger && !basicConstraintsOf(certificate).ca ? youngerOnly(status, about, time) : status;
    },
  };
}

function youngerOnly(status: RevocationStatus, { own: [newest] }: ListsAbout, time: Date): RevocationStatus {
  if (status.state !== "good" || newest === undefined) return status;
  if (newest.thisUpdate.getTime() + SKEW_MS >= time.getTime()) return status;
  const made = newest.thisUpdate.toISOString();
  return { state: "unknown", why: `the revocation list in the document, of ${made}, is older than the signature` };
}

/** Asks several sources: what one knows against a certificate counts, and what one can tell counts over what one cannot. */
export function joinedRevocation(sources: readonly RevocationSource[]): RevocationSource {
  return {
    statusAt: (certificate, time) =>
      heaviestStatus(sources.map((source) => source.statusAt(certificate, time))) ?? {
        state: "unknown",
        why: "no revocation list is known",
      },
  };
}
