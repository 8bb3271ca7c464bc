import type { CertificateRecord } from "../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { FileFormat } from "../../proto/gen/ecert/type/v1/file_pb.ts";
import { canonicalJson } from "../domain/canonical.ts";
import type { DataMessage } from "../domain/message.ts";
import { Refusal } from "../domain/refusal.ts";
import { verifyCms } from "../trust/cms-verify.ts";
import type { RevocationSource } from "../trust/revocation.ts";
import type { Signers } from "../trust/signers.ts";
import { stateText } from "./state-text.ts";

/**
 * Holds that a record is what its message says and that the message bears a department's good signature as of the time of
 * issue: neither the broker nor the node that sent it could have made it up. Throws `INVALID_FIELD` where record and
 * message differ, `SIGNATURE_INVALID` or `SIGNER_*` where the signature does not stand.
 */
export function requireSoundRecord(record: CertificateRecord, node: string, signers: Signers): void {
  stateText(record.state);
  const message = parse(record);
  const { metadata } = message;
  const claimed: [string, string | number, string | number][] = [
    ["node", record.node, node],
    ["metadata.node", metadata.node, node],
    ["identifier", record.identifier, metadata.identifier],
    ["item_code", record.itemCode, metadata.itemCode],
    ["item_version", record.itemVersion, metadata.itemVersion],
    ["name", record.name, metadata.name],
    ["number", record.number, metadata.number],
    ["issuer_code", record.issuerCode, metadata.issuer.code],
    ["issuer_name", record.issuerName, metadata.issuer.name],
    ["valid_from", record.validFrom, metadata.validFrom ?? ""],
    ["valid_to", record.validTo, metadata.validTo ?? ""],
    ["holders", holdersText(record.holders), holdersText(metadata.holders)],
    ["files", attachmentsOf(record), message.attachments.map(({ sha256 }) => sha256).join()],
  ];
  for (const [field, told, signed] of claimed)
    if (told !== signed) throw differs(record, field, `${told} is not what was signed`);
  const at = new Date(record.issuedAt);
  if (Number.isNaN(at.getTime())) throw differs(record, "issued_at", "no time");
  requireSignature(record, at, signers);
}

function requireSignature(record: CertificateRecord, at: Date, signers: Signers): void {
  const { trust, revocation } = signers.current();
  const options = { trust, at, ...(revocation && { revocation: knownOnly(revocation) }) };
  const report = verifyCms(record.messageCms, { content: record.message }, options);
  if (report.ok) return;
  const detail = report.findings.map((finding) => finding.detail).join("; ");
  throw new Refusal(report.reasons[0] ?? "SIGNATURE_INVALID", `certificate ${record.identifier}: ${detail}`, {
    metadata: { identifier: record.identifier },
  });
}

/**
 * The issuing core has refused signers whose status it did not know. A list that has run out at the archive meanwhile must
 * not shut its certificates out; a revocation that the archive does know of counts.
 */
function knownOnly(source: RevocationSource): RevocationSource {
  return {
    statusAt(certificate, time) {
      const status = source.statusAt(certificate, time);
      return status.state === "unknown" ? { state: "good" } : status;
    },
  };
}

function parse(record: CertificateRecord): DataMessage {
  const text = Buffer.from(record.message).toString("utf8");
  try {
    const message = JSON.parse(text) as DataMessage;
    const shaped =
      message.schema === "ecert.message.v1" && message.metadata.issuer && message.metadata.holders.length > 0;
    if (shaped && message.attachments.length >= 0 && canonicalJson(message) === text) return message;
  } catch {
    // Told below, without the parser's words: they may quote personal data.
  }
  throw differs(record, "message", "not a canonical data message");
}

function attachmentsOf(record: CertificateRecord): string {
  return record.files
    .filter(({ format }) => format === FileFormat.UNSPECIFIED)
    .map(({ sha256 }) => sha256)
    .join();
}

function holdersText(holders: readonly { name: string; code: string; codeType: string }[]): string {
  return canonicalJson(holders.map(({ name, code, codeType }) => ({ name, code, codeType })));
}

function differs(record: CertificateRecord, field: string, description: string): Refusal {
  const shown = field === "holders" ? "the holders are not those that were signed" : description;
  return new Refusal("INVALID_FIELD", `certificate ${record.identifier}: ${field}: ${shown}`, {
    fields: [{ field, description: shown }],
    metadata: { identifier: record.identifier },
  });
}
