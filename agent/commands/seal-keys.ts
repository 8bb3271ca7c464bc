import { signingCertificateConcerns } from "../../services/trust/signing-certificate.ts";
import type { DeviceKey } from "../device/device.ts";
import type { Policy } from "../policy.ts";
import type { Check } from "./check.ts";

const DAY_MS = 86_400_000;
const SOON_DAYS = 30;

/** Holds for each seal that its key is in the device and is the one of its certificate (5.8.3, 5.8.4). */
export function sealKeyChecks({ seals }: Policy, keys: readonly DeviceKey[]): Check[] {
  return [...seals.values()].map(({ code, keyLabel, signer }): Check => {
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
    return { name, outcome: "ok", detail: `key ${keyLabel}, ${signer.parsed.subject.organizationCode}` };
  });
}

/** Judges how long a certificate is still good for. */
export function expiryCheck(name: string, notBefore: Date, notAfter: Date, now: Date): Check {
  const days = Math.floor((notAfter.getTime() - now.getTime()) / DAY_MS);
  const detail = `valid until ${notAfter.toISOString().slice(0, 10)} (${days} days)`;
  const remedy = "renew it at the authority and put the new file in its place";
  if (now < notBefore) return { name, outcome: "fail", detail: `valid only from ${notBefore.toISOString()}`, remedy };
  if (now > notAfter) return { name, outcome: "fail", detail: `expired on ${notAfter.toISOString()}`, remedy };
  return { name, outcome: days < SOON_DAYS ? "warn" : "ok", detail, remedy };
}
