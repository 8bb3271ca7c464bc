import { createHash } from "node:crypto";
import type { CertificateRecord } from "../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { verifyCms } from "../trust/cms-verify.ts";
import type { SignatureReport } from "../trust/report.ts";
import type { Signers } from "../trust/signers.ts";

/** Checks the department's signature over a certificate's data message. */
export type SignatureCheck = (record: CertificateRecord) => SignatureReport;

/** Reports kept; the oldest goes first. */
const KEPT = 10_000;

/**
 * Creates a check that remembers its reports by message and signature. A report is made anew when authorities or revocation
 * lists were read again, so that a revoked signer counts at once. Signatures are judged at the time of issue: a signer
 * that was revoked later has still signed well (5.9.4).
 */
export function createSignatureCheck(signers: Signers): SignatureCheck {
  const reports = new Map<string, SignatureReport>();
  let judgedBy = signers.current();
  return (record) => {
    const current = signers.current();
    if (current !== judgedBy) {
      reports.clear();
      judgedBy = current;
    }
    const key = createHash("sha256")
      .update(record.messageCms)
      .update(record.message)
      .update(record.issuedAt)
      .digest("hex");
    const known = reports.get(key);
    if (known) return known;
    const at = new Date(record.issuedAt);
    const report = verifyCms(record.messageCms, { content: record.message }, { ...current, at });
    if (reports.size >= KEPT) reports.delete(reports.keys().next().value ?? "");
    reports.set(key, report);
    return report;
  };
}
