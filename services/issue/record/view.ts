import { create } from "@bufbuild/protobuf";
import {
  type Certificate,
  CertificateSchema,
  CertificateState as WireState,
} from "../../../proto/gen/ecert/issue/v1/certificate_pb.ts";
import type { CertificateState } from "../../domain/certificate-state.ts";
import { type CertificateDocument, messageOf } from "./certificate.ts";

const STATES: Record<CertificateState, WireState> = {
  making: WireState.MAKING,
  made: WireState.MADE,
  issued: WireState.ISSUED,
  suspended: WireState.SUSPENDED,
  revoked: WireState.REVOKED,
  superseded: WireState.SUPERSEDED,
  discarded: WireState.DISCARDED,
};

/** The state that a wire value names; `undefined` for unspecified. */
export function stateOf(wire: WireState): CertificateState | undefined {
  return (Object.keys(STATES) as CertificateState[]).find((state) => STATES[state] === wire);
}

/** A certificate as its app sees it in a list: without message and signature. */
export function certificateSummary(document: CertificateDocument): Certificate {
  const { metadata } = messageOf(document);
  return create(CertificateSchema, {
    identifier: document._id,
    number: document.number,
    state: STATES[document.state],
    stateCause: document.stateCause ?? "",
    stateSince: document.stateSince,
    revision: BigInt(document.changes),
    itemCode: document.itemCode,
    itemVersion: document.itemVersion,
    name: metadata.name,
    version: document.version,
    holders: metadata.holders,
    issuerCode: metadata.issuer.code,
    issueDate: metadata.issueDate,
    validFrom: metadata.validFrom ?? "",
    validTo: metadata.validTo ?? "",
    appKey: document.app,
    businessSerial: document.businessSerial,
    replaces: document.replaces ?? "",
    replaceCause: document.replaceCause ?? "",
    replacedBy: document.replacedBy ?? "",
    pdfSha256: document.signed?.pdfSha256 ?? "",
    issuedAt: document.signed?.issuedAt ?? "",
    ...(document.madeBy && { madeBy: document.madeBy }),
    ...(document.issuedBy && { issuedBy: document.issuedBy }),
    ...(document.lastFault && { lastFault: document.lastFault }),
  });
}

/** A certificate as its app sees it. The message is there once the certificate is made. */
export function certificateView(document: CertificateDocument): Certificate {
  const view = certificateSummary(document);
  if (document.state !== "making") view.message = Buffer.from(document.message);
  if (document.signed) view.messageCms = Buffer.from(document.signed.messageCms, "base64");
  return view;
}
