import { join } from "node:path";
import { makeCertificateRequest } from "../../services/trust/certificate-request.ts";
import { prepareSeal, type SealOrder } from "../../services/trust/seal/prepare-seal.ts";
import { loadSigningCertificate } from "../../services/trust/signing-certificate.ts";
import type { Authority } from "./authority.ts";
import { newAuthorityKey, openAuthorityKey } from "./authority-key.ts";
import { readIfPresent, writeAtomically } from "./disk.ts";

/** What a trial seal is made of; the rest is the maker's. Valid for `days` from `now`, default 365. */
export interface TrialSeal extends Pick<SealOrder, "id" | "name" | "picture" | "signers" | "version"> {
  now: Date;
  days?: number;
}

/** Makes electronic seals (制章) for trials. */
export interface SealMaker {
  /** An electronic seal (SESeal of GB/T 38540), DER. Refuses (`INVALID_FIELD`) as `prepareSeal` does. */
  makeSeal(seal: TrialSeal): Uint8Array;
}

const DAY = 86_400_000;
const SUBJECT = {
  country: "CN",
  organization: "Trial authority",
  organizationCode: "11440000TRIALSEAL0",
  commonName: "Trial seal maker",
};

/**
 * Opens the seal maker beside an authority that has the national hierarchy: its SM2 key and certificate lie in the same
 * directory and are made where they are absent.
 */
export async function openSealMaker(directory: string, authority: Authority): Promise<SealMaker> {
  const [keyFile, certificateFile] = [join(directory, "seal-maker.key.pem"), join(directory, "seal-maker.crt.pem")];
  if (readIfPresent(certificateFile) === undefined) {
    const { keyPem, key } = newAuthorityKey("sm2");
    const request = await makeCertificateRequest({ subject: SUBJECT, spki: key.spki, sign: key.sign });
    writeAtomically(keyFile, keyPem);
    writeAtomically(certificateFile, authority.issueSigning(request, { days: 3650 }).certPem);
  }
  const key = openAuthorityKey("sm2", readIfPresent(keyFile) ?? "");
  const maker = loadSigningCertificate(readIfPresent(certificateFile) ?? "");
  return {
    makeSeal: ({ now, days = 365, ...seal }) => {
      // A little early, so that verifiers with slow clocks accept it.
      const validFrom = new Date(now.getTime() - 300_000);
      const validTo = new Date(now.getTime() + days * DAY);
      const { toBeSigned, finish } = prepareSeal({ ...seal, vendor: "ecert", maker, created: now, validFrom, validTo });
      return finish(key.sign(toBeSigned));
    },
  };
}
