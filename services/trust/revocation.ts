import { anchoredAuthorities, issued } from "./authorities.ts";
import { isCompromise, listsAbout, type RevocationStatus, signsList, statusByLists } from "./authority-lists.ts";
import type { Certificate } from "./certificate.ts";
import { type RevocationList, readRevocationList } from "./crl.ts";
import { malformed } from "./der.ts";
import type { ListReader } from "./list-memory.ts";

/** Where a verifier learns of revocations. */
export interface RevocationSource {
  /** Status of a certificate at a time; never throws. */
  statusAt(certificate: Certificate, time: Date): RevocationStatus;
}

/** A source that gives out the lists that it goes by. */
export interface RevocationLists extends RevocationSource {
  /** The newest list by the key that signed a certificate. */
  listFor(certificate: Certificate): RevocationList | undefined;
}

/**
 * A source over complete revocation lists (RFC 5280 §5), PEM or DER, that `issuers` signed (the authorities themselves;
 * no indirect lists). Refuses (`INVALID_FIELD`) a list that is malformed, of an unknown issuer, or badly signed. Which of them
 * are about a certificate: see `listsAbout`; what they say of it: see `statusByLists`. Those of `issuers` that none of the others
 * signed are taken for anchors.
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
  const tops = issuers.filter((one) => !issuers.some((other) => issuedByOther(other, one)));
  const authorities = anchoredAuthorities(tops, issuers);
  const known = lists.map((text) => {
    const list = readList(text);
    if (authorities.some(({ certificate }) => signsList(certificate, list))) return list;
    throw malformed("no given authority signed the revocation list");
  });
  const about = new WeakMap<Certificate, ReturnType<typeof listsAbout>>();
  const listsOf = (certificate: Certificate) => {
    const lists = about.get(certificate) ?? listsAbout(certificate, known, authorities);
    about.set(certificate, lists);
    return lists;
  };
  return {
    listFor: (certificate) => listsOf(certificate).own[0],
    statusAt: (certificate, time) => statusByLists(listsOf(certificate), certificate, time),
  };
}

/** An authority with another key: a root signs itself. */
function issuedByOther(issuer: Certificate, child: Certificate): boolean {
  return Buffer.compare(issuer.spki, child.spki) !== 0 && issued(issuer, child);
}

const WEIGHTS: readonly RevocationStatus["state"][] = ["revoked", "revoked-later", "good", "unknown"];

/**
 * Of what several sources say: what one knows against a certificate counts, above all that a key was lost, and what one can tell counts over
 * what one cannot. `undefined` of none.
 */
export function heaviestStatus(statuses: readonly RevocationStatus[]): RevocationStatus | undefined {
  return statuses.toSorted((a, b) => WEIGHTS.indexOf(a.state) - WEIGHTS.indexOf(b.state) || rank(a) - rank(b))[0];
}

/** Smaller goes first: a lost key, and the list that ends last. */
function rank(status: RevocationStatus): number {
  if ("cause" in status) return isCompromise(status.cause) ? 0 : 1;
  return status.state === "good" && status.until ? -status.until.getTime() : Number.NEGATIVE_INFINITY;
}
