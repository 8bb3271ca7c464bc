import { parseCertificate } from "../services/trust/certificate.ts";
import { readSeal } from "../services/trust/seal/read-seal.ts";
import type { Policy } from "./policy.ts";

/** Until when something that a seal signs with is good. */
export interface SealTerm {
  /** Code of the seal. */
  seal: string;
  what: "signing certificate" | "authority" | "electronic seal";
  validFrom: Date;
  validTo: Date;
}

const DAY_MS = 86_400_000;
/** An end that is this near is told: authorities and seal makers need some weeks. */
export const SOON_DAYS = 30;

/** The terms of a policy's seals: of signing certificates, the authority above them that ends first, and electronic seals. */
export function sealTerms({ seals }: Pick<Policy, "seals">): SealTerm[] {
  return [...seals.values()].flatMap(({ code, signer, electronic }) => {
    const terms: SealTerm[] = [{ seal: code, what: "signing certificate", ...termOf(signer.parsed) }];
    const [authority] = signer.chain.map((der) => termOf(parseCertificate(der))).sort(endsEarlier);
    if (authority) terms.push({ seal: code, what: "authority", ...authority });
    if (electronic) {
      const { validFrom, validTo } = readSeal(electronic);
      terms.push({ seal: code, what: "electronic seal", validFrom, validTo });
    }
    return terms;
  });
}

function termOf({ notBefore, notAfter }: { notBefore: Date; notAfter: Date }) {
  return { validFrom: notBefore, validTo: notAfter };
}

function endsEarlier(a: { validTo: Date }, b: { validTo: Date }): number {
  return a.validTo.getTime() - b.validTo.getTime();
}

/** Whole days until the end; negative once it is over. */
export function daysLeft(validTo: Date, now: Date): number {
  return Math.floor((validTo.getTime() - now.getTime()) / DAY_MS);
}

/** One sentence for each term that has not begun, is over, or ends within 30 days. */
export function termNotices(terms: readonly SealTerm[], now: Date): string[] {
  return terms.flatMap(({ seal, what, validFrom, validTo }) => {
    const subject = `${what} of seal ${seal}`;
    const days = daysLeft(validTo, now);
    if (now < validFrom) return `${subject} is valid only from ${validFrom.toISOString()}`;
    if (now > validTo) return `${subject} expired on ${validTo.toISOString()}`;
    return days < SOON_DAYS ? `${subject} ends in ${days} days, on ${validTo.toISOString()}` : [];
  });
}
