import { parseCertificate } from "../../services/trust/certificate.ts";
import { readSeal } from "../../services/trust/seal/read-seal.ts";
import { sealSignatureHolds } from "../../services/trust/seal/seal-algorithm.ts";
import { signingCertificateConcerns } from "../../services/trust/signing-certificate.ts";
import type { DeviceKey } from "../device/device.ts";
import type { Policy, SealRule } from "../policy.ts";
import { daysLeft, type SealTerm, SOON_DAYS, sealTerms } from "../seal-terms.ts";
import type { Check } from "./check.ts";

const REMEDIES: Readonly<Record<SealTerm["what"], string>> = {
  "signing certificate": "renew it at the authority and put the new file in its place",
  authority: "ask the authority for its new certificate, and for a signing certificate under it",
  "electronic seal": "have it made anew (ecert seal make), bind it at the core (PutSeal) and put the file in its place",
};

/** Holds for each seal that its key is in the device and is the one of its certificate (5.8.3, 5.8.4). */
export function sealKeyChecks({ seals }: Pick<Policy, "seals">, keys: readonly DeviceKey[]): Check[] {
  return [...seals.values()].map(({ code, keyLabel, signer, units }): Check => {
    const name = `seal ${code}`;
    const key = keys.find(({ label }) => label === keyLabel);
    if (!key) {
      const remedy = `make it with \`agent init\`, or name another key for the seal`;
      return { name, outcome: "fail", detail: `key ${keyLabel} is not in the device`, remedy };
    }
    if (Buffer.compare(key.publicKey, signer.parsed.spki) !== 0) {
      const remedy = "name the certificate that was issued for this key";
      return { name, outcome: "fail", detail: `the certificate is not for key ${keyLabel}`, remedy };
    }
    const [concern] = signingCertificateConcerns(signer);
    if (concern) return { name, outcome: "warn", detail: concern, remedy: "ask the authority for another certificate" };
    const { organizationCode = "" } = signer.parsed.subject;
    if (!units.has(organizationCode)) {
      const remedy = "name the department in `units`, unless the seal is for other bodies only";
      return { name, outcome: "warn", detail: `the certificate names ${organizationCode}, \`units\` does not`, remedy };
    }
    return { name, outcome: "ok", detail: `key ${keyLabel}, ${organizationCode}` };
  });
}

/** Holds that certificates and electronic seals are in force for 30 days to come, and that the latter are whole. */
export function sealTermChecks(policy: Pick<Policy, "seals">, now: Date): Check[] {
  const terms = sealTerms(policy).map(({ seal, what, validFrom, validTo }) => {
    const name = what === "signing certificate" ? `certificate of seal ${seal}` : `${what} of seal ${seal}`;
    return expiryCheck(name, validFrom, validTo, now, REMEDIES[what]);
  });
  return [...terms, ...[...policy.seals.values()].flatMap(wholenessCheck)];
}

/** Who made an electronic seal is for the core to judge: it knows the authorities. Here it counts that no octet is wrong. */
function wholenessCheck({ code, electronic }: SealRule): Check[] {
  if (!electronic) return [];
  const name = `seal maker's signature on seal ${code}`;
  const { algorithm, maker, signed, signature } = readSeal(electronic);
  const { publicKey, subject } = parseCertificate(maker);
  if (sealSignatureHolds(algorithm, publicKey, signed, signature)) {
    return [{ name, outcome: "ok", detail: `by ${subject.commonName ?? subject.organization}` }];
  }
  const remedy = "ask the seal maker for the file again";
  return [{ name, outcome: "fail", detail: "is wrong: the file was altered, or the maker's key is weak", remedy }];
}

/** Judges how long something is still good for. */
export function expiryCheck(
  name: string,
  notBefore: Date,
  notAfter: Date,
  now: Date,
  remedy = REMEDIES["signing certificate"],
): Check {
  const days = daysLeft(notAfter, now);
  const detail = `valid until ${notAfter.toISOString().slice(0, 10)} (${days} days)`;
  if (now < notBefore) return { name, outcome: "fail", detail: `valid only from ${notBefore.toISOString()}`, remedy };
  if (now > notAfter) return { name, outcome: "fail", detail: `expired on ${notAfter.toISOString()}`, remedy };
  return { name, outcome: days < SOON_DAYS ? "warn" : "ok", detail, remedy };
}
