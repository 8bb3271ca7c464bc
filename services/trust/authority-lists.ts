import { signatureHolds } from "./algorithm.ts";
import { type AnchoredAuthority, issued } from "./authorities.ts";
import type { Certificate } from "./certificate.ts";
import type { RevocationList } from "./crl.ts";
import { KEY_USAGE, keyUsageOf } from "./extension.ts";

/** Status of one certificate at one time. `cause` is the reason code's name, for example `keyCompromise`, or `unstated`. */
export type RevocationStatus =
  /** `until`: when the list ends that says so; absent where it need not be asked for newer ones. */
  | { state: "good"; until?: Date }
  /** Revoked at or before the time. */
  | { state: "revoked"; at: Date; cause: string }
  /** Revoked, but only after the time. */
  | { state: "revoked-later"; at: Date; cause: string }
  | { state: "unknown"; why: string };

/** The revocation lists that say something of a certificate, newest first in each group. */
export interface ListsAbout {
  /** By the very key that signed the certificate: they tell its status. */
  own: readonly RevocationList[];
  /**
   * By other keys of the same authority, one group for each: of its name, certified beneath the same anchor. What they revoke holds.
   * That they are silent says nothing: an authority may keep one list for each of its keys.
   */
  kin: readonly (readonly RevocationList[])[];
}

/**
 * Finds the lists about a certificate (RFC 5280 §6.3.3) among all: a list belongs to the key that signed it, never to a name. An
 * authority of the same name beneath another anchor is somebody else, and one that no anchor vouches for is nobody.
 */
export function listsAbout(
  certificate: Certificate,
  lists: readonly RevocationList[],
  authorities: readonly AnchoredAuthority[],
): ListsAbout {
  const namesakes = authorities.filter((one) => equal(one.certificate.subjectDer, certificate.issuerDer));
  const issuers = namesakes.filter((one) => issued(one.certificate, certificate));
  const anchors = new Set(issuers.flatMap((one) => [...one.anchors]));
  const keys = keysOf(issuers);
  const others = namesakes.filter((one) => [...one.anchors].some((name) => anchors.has(name)));
  const kin = [...keysOf(others)].filter(([key]) => !keys.has(key)).map(([, holders]) => signedBy(holders, lists));
  return { own: signedBy([...keys.values()].flat(), lists), kin: kin.filter(({ length }) => length > 0) };
}

/** Certificates by the key that they are for: one key may have several. */
function keysOf(authorities: readonly AnchoredAuthority[]): Map<string, Certificate[]> {
  return Map.groupBy(
    authorities.map(({ certificate }) => certificate),
    ({ spki }) => Buffer.from(spki).toString("hex"),
  );
}

function signedBy(authorities: readonly Certificate[], lists: readonly RevocationList[]): RevocationList[] {
  return lists
    .filter((list) => authorities.some((authority) => signsList(authority, list)))
    .toSorted((a, b) => b.thisUpdate.getTime() - a.thisUpdate.getTime());
}

/** What was found of signatures on lists before, by their octets and the certificate of the authority. */
const found = new WeakMap<Uint8Array, Map<string, boolean>>();

/** Whether an authority signed a revocation list. A signature of a list that is kept is verified once. */
export function signsList(issuer: Certificate, list: RevocationList): boolean {
  if (!equal(issuer.subjectDer, list.issuerDer) || !keyUsageOf(issuer)?.has(KEY_USAGE.crlSign)) return false;
  const known = found.get(list.der) ?? new Map<string, boolean>();
  found.set(list.der, known);
  const before = known.get(issuer.fingerprint);
  if (before !== undefined) return before;
  const signs = signatureHolds(list.algorithm, issuer.publicKey, list.tbs, list.signature);
  known.set(issuer.fingerprint, signs);
  return signs;
}

/**
 * Status of a certificate at a time. A revocation that any of the lists knows of holds, though a newer one may have dropped it
 * (authorities drop what has expired); only a hold ends with the list that no longer names it. That it was not revoked is told by the
 * newest list of its own key alone, for times up to its nextUpdate.
 */
export function statusByLists({ own, kin }: ListsAbout, { serial }: Certificate, time: Date): RevocationStatus {
  const known = [own, ...kin].flatMap((lists) => entriesIn(lists, serial, time));
  const gone = worst(known.filter(({ since }) => since <= time));
  if (gone !== undefined) return { state: "revoked", at: gone.since, cause: gone.cause };
  const later = worst(known.filter(({ nextUpdate }) => nextUpdate >= time));
  if (later !== undefined) return { state: "revoked-later", at: later.since, cause: later.cause };
  const [newest] = own;
  if (newest === undefined) return { state: "unknown", why: "no revocation list by the key of its issuer is known" };
  if (newest.nextUpdate < time) {
    return { state: "unknown", why: `the revocation list ended at ${newest.nextUpdate.toISOString()}` };
  }
  return { state: "good", until: newest.nextUpdate };
}

/** Causes that leave open when a key was used by somebody else. */
const COMPROMISED: readonly string[] = ["keyCompromise", "cACompromise", "aACompromise"];

/** Whether a cause of revocation says that a key was lost. */
export function isCompromise(cause: string): boolean {
  return COMPROMISED.includes(cause);
}

type Entry = { since: Date; cause: string; nextUpdate: Date };

function entriesIn(lists: readonly RevocationList[], serial: string, time: Date): Entry[] {
  return lists.flatMap(({ entries, thisUpdate, nextUpdate }, index) => {
    const entry = entries.get(serial);
    if (entry === undefined) return [];
    const ended = index > 0 && entry.cause === "certificateHold" && (time > thisUpdate || time < entry.since);
    return ended ? [] : [{ ...entry, nextUpdate }];
  });
}

/** One that tells of a lost key, else that of the newest list, which may have corrected the cause. */
function worst(entries: readonly Entry[]): Entry | undefined {
  return entries.find(({ cause }) => isCompromise(cause)) ?? entries[0];
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
