import { create } from "@bufbuild/protobuf";
import type { CertificateRecord } from "../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import {
  type CertificateJudgement,
  CertificateJudgementSchema,
} from "../../proto/gen/ecert/sync/v1/exchange_service_pb.ts";
import { instantOf } from "../domain/instant.ts";
import { Refusal } from "../domain/refusal.ts";
import { findingOf, type VerificationFinding } from "../statement/finding.ts";
import type { SignatureReport, SignerDetails } from "../trust/report.ts";
import { checkIdentifier, checkIssuer } from "../trust/verification/bindings.ts";
import { classify } from "../trust/verification/classify.ts";
import { type MessageView, readMessageView } from "../trust/verification/message-view.ts";
import type { IssuerRegister } from "../trust/verification/sources.ts";
import { type RecordFault, recordFault } from "./record-facts.ts";

/** What a record says of itself, read once: nothing of it depends on the register. */
export interface ReadRecord {
  identifier: string;
  /** Of the data message that was signed; absent where there is none that can be read. */
  metadata?: MessageView["metadata"];
  /** What of the record is not what was signed. */
  fault?: RecordFault;
  /** What was found of all this. */
  findings: readonly VerificationFinding[];
  /** The signature over the message as of the time of issue. */
  report: SignatureReport;
  signedAt: Date;
}

/** What was found of an archived certificate: its signature, its signer, and its issuer's right (5.8.3). */
export interface RecordJudgement {
  /** Nothing speaks against it, and nothing is left open but what notes tell. */
  holds: boolean;
  /** By the same codes as the reports of `VerifyDocument`. */
  findings: readonly VerificationFinding[];
  /** Whoever signed, as soon as the signature value is good. */
  signer?: SignerDetails;
  /** Reasons of the signature itself. */
  report: SignatureReport;
  fault?: RecordFault;
}

/** Reads a record against the message that was signed. `report` is the signature's, as of the time of issue. */
export function readRecord(record: CertificateRecord, report: SignatureReport): ReadRecord {
  const known = { identifier: record.identifier, report, signedAt: new Date(instantOf(record.issuedAt)) };
  let message: MessageView;
  try {
    message = readMessageView(record.message);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const fault = { field: "message", description: error.message };
    return { ...known, fault, findings: [...report.findings.map(classify), faultFinding(fault)] };
  }
  const fault = recordFault(record, message);
  const { identifier } = record;
  const findings = [
    ...report.findings.map(classify),
    ...(fault ? [faultFinding(fault)] : []),
    ...checkIdentifier({ identifier, message }),
  ];
  return { ...known, metadata: message.metadata, ...(fault && { fault }), findings };
}

/**
 * The one judgement of an archived certificate, wherever one is taken over, verified, released or shown: the record is what its
 * message says, a signature holds over that as of the time of issue, and {@link checkIssuer} has nothing against signer and issuer then.
 */
export function judgeRead(read: ReadRecord, register: IssuerRegister | undefined, at: Date): RecordJudgement {
  const { identifier, metadata, fault, report, signedAt } = read;
  const message = metadata && ({ metadata } as MessageView);
  const findings = [
    ...read.findings,
    ...(report.signer && message
      ? checkIssuer({ identifier, message }, { signer: report.signer, signedAt }, register, at)
      : []),
  ];
  return {
    holds: report.ok && findings.every(({ weight }) => weight === "note"),
    findings,
    report,
    ...(report.signer && { signer: report.signer }),
    ...(fault && { fault }),
  };
}

/** What was found of a record, and that a second one is known under its identifier, where its archive says so: neither then holds. */
export function withFork(judgement: RecordJudgement, { forkedSince }: CertificateRecord): RecordJudgement {
  if (!forkedSince) return judgement;
  const finding = findingOf("IDENTIFIER_FORKED", `a second record under the identifier is known since ${forkedSince}`);
  return { ...judgement, holds: false, findings: [...judgement.findings, finding] };
}

/** What was found of a record of a node that was started from an older copy of itself: what came since, its state above all, it does not know. */
export function withStale(judgement: RecordJudgement): RecordJudgement {
  const finding = findingOf("STATE_STALE", "the issuing node was started from an older copy of itself");
  return { ...judgement, holds: false, findings: [...judgement.findings, finding] };
}

function faultFinding({ field, description }: RecordFault): VerificationFinding {
  return findingOf("RECORD_DIFFERS", `${field}: ${description}`);
}

/** A judgement as one node tells it to another. */
export function judgementMessage({ holds, findings, signer }: RecordJudgement, node: string): CertificateJudgement {
  return create(CertificateJudgementSchema, {
    holds,
    findings: [...new Set(findings.map(({ code }) => code))],
    signerOrganization: signer?.organization ?? "",
    signerCode: signer?.organizationCode ?? "",
    node,
  });
}

/** Findings about which a newer register may say something else. */
const BY_REGISTER: readonly string[] = ["SIGNER_FOREIGN", "ISSUER_NOT_AUTHORISED", "REGISTER_STALE"];

/** Whether a newer register may come to another judgement than these findings. */
export function registerDecides(findings: readonly VerificationFinding[]): boolean {
  return findings.some(({ code }) => BY_REGISTER.includes(code));
}

/**
 * Refuses a record that does not hold: `INVALID_FIELD` with the member that is not what was signed, the reason of the signature,
 * `ISSUER_NOT_AUTHORISED`, `IDENTIFIER_FORKED`, or, where the register is too old to tell, `PEER_AWAY`, which says that it may be asked again.
 */
export function requireHolds(identifier: string, judgement: RecordJudgement): void {
  const { holds, findings, report, fault } = judgement;
  if (holds) return;
  const codes = findings.filter(({ weight }) => weight !== "note").map(({ code }) => code);
  const metadata = { identifier, findings: [...new Set(codes)].join() };
  if (fault) {
    const { field, description } = fault;
    const remedy = "only the node that issued it can send the record as it was signed";
    throw new Refusal("INVALID_FIELD", `certificate ${identifier}: ${field}: ${description}`, {
      fields: [{ field, description, remedy, localized: "与签名时不同，只有颁发节点能按签名原样发送该记录" }],
      metadata,
    });
  }
  if (!report.ok) {
    const detail = report.findings.map((finding) => finding.detail).join("; ");
    throw new Refusal(report.reasons[0] ?? "SIGNATURE_INVALID", `certificate ${identifier}: ${detail}`, {
      metadata: { ...metadata, reasons: report.reasons.join() },
    });
  }
  const decisive =
    findings.find(({ weight }) => weight === "invalid") ?? findings.find(({ weight }) => weight !== "note");
  const message = `certificate ${identifier}: ${decisive?.detail}`;
  if (decisive?.code === "IDENTIFIER_INVALID") {
    throw new Refusal("INVALID_FIELD", message, {
      fields: [
        {
          field: "identifier",
          description: decisive.detail,
          remedy: "send the record of a certificate as it was issued",
          localized: "证照标识不正确，请按颁发时原样发送记录",
        },
      ],
      metadata,
    });
  }
  if (decisive?.code === "IDENTIFIER_FORKED") throw new Refusal("IDENTIFIER_FORKED", message, { metadata });
  if (decisive?.code === "REGISTER_STALE") throw new Refusal("PEER_AWAY", message, { retryAfterMs: 2_000, metadata });
  const remedy = "the province decides who issues what at which node: IssuerService.PutIssuingRight, ConfirmDepartment";
  throw new Refusal("ISSUER_NOT_AUTHORISED", `${message}; ${remedy}`, { metadata });
}
