import { signatureHolds } from "./algorithm.ts";
import type { Certificate } from "./certificate.ts";
import { basicConstraintsOf, KEY_USAGE, keyUsageOf } from "./extension.ts";

/** An authority that an anchor vouches for. */
export interface AnchoredAuthority {
  certificate: Certificate;
  /** Names of the anchors at which its paths end, as hex of their DER. */
  anchors: ReadonlySet<string>;
}

/**
 * The anchors, and those among `named` that descend from them by good signatures of authorities, in whatever order they were named.
 * Works from the anchors downwards, so that a heap of strangers costs no more than a look at each.
 */
export function anchoredAuthorities(
  anchors: readonly Certificate[],
  named: readonly Certificate[],
): AnchoredAuthority[] {
  const known = new Map<string, { certificate: Certificate; anchors: Set<string> }>();
  for (const anchor of anchors)
    known.set(anchor.fingerprint, { certificate: anchor, anchors: new Set([nameOf(anchor)]) });
  const candidates = [...anchors, ...named].filter(mayCertify);
  for (let grown = true; grown; ) {
    grown = false;
    for (const candidate of candidates) {
      for (const parent of [...known.values()]) {
        if (parent.certificate.fingerprint === candidate.fingerprint || !issued(parent.certificate, candidate))
          continue;
        const own = known.get(candidate.fingerprint) ?? { certificate: candidate, anchors: new Set<string>() };
        known.set(candidate.fingerprint, own);
        const before = own.anchors.size;
        for (const name of parent.anchors) own.anchors.add(name);
        grown ||= own.anchors.size > before;
      }
    }
  }
  return [...known.values()];
}

/** What was found of signatures on certificates before, by the certificate and its issuer's. */
const found = new WeakMap<Certificate, Map<string, boolean>>();

/** Whether an authority signed a certificate that bears its name. Verified once for each pair. */
export function issued(issuer: Certificate, child: Certificate): boolean {
  if (Buffer.compare(issuer.subjectDer, child.issuerDer) !== 0 || !mayCertify(issuer)) return false;
  const known = found.get(child) ?? new Map<string, boolean>();
  found.set(child, known);
  const before = known.get(issuer.fingerprint);
  if (before !== undefined) return before;
  const holds = signatureHolds(child.algorithm, issuer.publicKey, child.tbs, child.signature);
  known.set(issuer.fingerprint, holds);
  return holds;
}

function mayCertify(certificate: Certificate): boolean {
  return basicConstraintsOf(certificate).ca && (keyUsageOf(certificate)?.has(KEY_USAGE.keyCertSign) ?? false);
}

function nameOf({ subjectDer }: Certificate): string {
  return Buffer.from(subjectDer).toString("hex");
}
