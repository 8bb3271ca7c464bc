import { createHash } from "node:crypto";
import type { CompiledFace } from "../../services/document/face.ts";
import { finishOfd, prepareOfdSignature } from "../../services/document/ofd/sign-ofd.ts";
import { embedSignature, rangeDigest } from "../../services/document/prepared-pdf.ts";
import { type DataMessage, messageBytes } from "../../services/domain/message.ts";
import { type PreparedCms, prepareCms } from "../../services/trust/cms.ts";
import { prepareSealSignature } from "../../services/trust/seal/prepare-seal-signature.ts";
import { digestNameOf } from "../../services/trust/signing-certificate.ts";
import type { KeyKind, Signers } from "./house-plan.ts";
import type { RandomCertificate } from "./random-certificate.ts";

/** One certificate in all its forms. */
export interface Issued {
  message: DataMessage;
  messageBytes: Uint8Array;
  messageCms: Uint8Array;
  pdf: Uint8Array;
  ofd: Uint8Array;
}

/** How a certificate is signed. */
export interface IssueOrder {
  key: KeyKind;
  time: Date;
  /** Electronic seal (GB/T 38540) that is stamped on the OFD; without it, its signature is a CMS. */
  seal?: Uint8Array;
}

/** Draws both faces of a certificate and signs faces and message in the device, in the steps of the agent. */
export async function issueCertificate(
  signers: Signers,
  face: CompiledFace,
  { source, files }: RandomCertificate,
  { key, time, seal }: IssueOrder,
): Promise<Issued> {
  const issuer = source.metadata.issuer.code;
  const signer = signers.certificate(key, issuer);
  const hash = digestNameOf(signer);
  const finish = async (prepared: PreparedCms): Promise<Uint8Array> =>
    prepared.finish(await signers.sign(key, issuer, prepared.toBeSigned));
  const pdf = face.preparePdf(source, files);
  const ofd = face.prepareOfd(source, { sealed: seal !== undefined, files });
  const faces: DataMessage["faces"] = [
    { format: "pdf", sha256: pdf.digest },
    { format: "ofd", sha256: ofd.digest },
  ];
  const message: DataMessage = { ...source, faces };
  const bytes = messageBytes(message);
  const pending = prepareOfdSignature(ofd, { suite: signer.algorithm, ...(seal !== undefined && { seal }) });
  const { digest, signaturePath: propertyInfo } = pending;
  const orders = [
    prepareCms({ contentDigest: createHash(hash).update(bytes).digest(), signer, pades: false, signingTime: time }),
    prepareCms({ contentDigest: rangeDigest(pdf, hash), signer, pades: true }),
    seal === undefined
      ? prepareCms({ contentDigest: digest, signer, pades: false })
      : prepareSealSignature({ seal, dataHash: digest, propertyInfo, time, signer }),
  ] as const;
  const [messageCms, pdfCms, ofdValue] = await Promise.all([finish(orders[0]), finish(orders[1]), finish(orders[2])]);
  return {
    message,
    messageBytes: bytes,
    messageCms,
    pdf: embedSignature(pdf, pdfCms),
    ofd: finishOfd(pending, ofdValue),
  };
}
