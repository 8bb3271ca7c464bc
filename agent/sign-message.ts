import { createHash } from "node:crypto";
import type { PreparedOfd } from "../services/document/ofd/prepared-ofd.ts";
import { type PendingOfd, prepareOfdSignature } from "../services/document/ofd/sign-ofd.ts";
import { type PreparedPdf, rangeDigest } from "../services/document/prepared-pdf.ts";
import { Refusal } from "../services/domain/refusal.ts";
import { type PreparedCms, prepareCms } from "../services/trust/cms.ts";
import { prepareSealSignature } from "../services/trust/seal/prepare-seal-signature.ts";
import { digestNameOf } from "../services/trust/signing-certificate.ts";
import type { Decision } from "./decide.ts";
import type { Device } from "./device/device.ts";
import { verifySignature } from "./device/health-probe.ts";
import type { SealRule } from "./policy.ts";

/** The signatures of a job: over the data message, its PDF and its OFD. */
export interface JobSignatures {
  messageCms: Uint8Array;
  pdfCms: Uint8Array;
  ofdCms: Uint8Array;
}

/** What the device is asked with. */
export interface SigningParts {
  device: Pick<Device, "sign">;
  now: () => Date;
}

/** What was decided of a job, and its faces as they were drawn here. */
export interface CheckedFaces {
  decision: Decision;
  pdf: PreparedPdf;
  ofd: PreparedOfd;
}

/** Has the device sign a checked job, and verifies what it gives. Throws `DEVICE_FAULT` and what the device refuses. */
export async function signMessage(
  parts: SigningParts,
  message: Uint8Array,
  { decision, pdf, ofd }: CheckedFaces,
): Promise<JobSignatures & { deviceSeconds: number }> {
  const { keyLabel, signer, electronic } = decision.seal;
  const hash = digestNameOf(signer);
  const contentDigest = createHash(hash).update(message).digest();
  const pending = prepareOfdSignature(ofd, { suite: signer.algorithm, ...(electronic && { seal: electronic }) });
  const orders = [
    prepareCms({ contentDigest, signer, pades: false, signingTime: parts.now() }),
    prepareCms({ contentDigest: rangeDigest(pdf, hash), signer, pades: true }),
    prepareOfdValue(pending, decision.seal, parts.now()),
  ] as const;
  const start = performance.now();
  const sign = async (prepared: PreparedCms) => {
    const signature = await parts.device.sign(keyLabel, prepared.toBeSigned);
    if (!(await verifySignature(signer.parsed.publicKey, prepared.toBeSigned, signature))) {
      const remedy = `see that key ${keyLabel} is the one of the seal's certificate`;
      throw new Refusal("DEVICE_FAULT", `the device's signature does not verify: ${remedy}`, {
        metadata: { keyLabel },
      });
    }
    return prepared.finish(signature);
  };
  const [messageCms, pdfCms, ofdCms] = await Promise.all([sign(orders[0]), sign(orders[1]), sign(orders[2])]);
  return { messageCms, pdfCms, ofdCms, deviceSeconds: (performance.now() - start) / 1000 };
}

/** What SignedValue.dat will hold: a signature by electronic seal where the policy has one, else a CMS. */
function prepareOfdValue(pending: PendingOfd, { signer, electronic: seal }: SealRule, time: Date): PreparedCms {
  const { digest, signaturePath: propertyInfo } = pending;
  if (!seal) return prepareCms({ contentDigest: digest, signer, pades: false });
  return prepareSealSignature({ seal, dataHash: digest, propertyInfo, time, signer });
}
