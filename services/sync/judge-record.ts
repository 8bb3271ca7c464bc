import { create } from "@bufbuild/protobuf";
import type { CertificateRecord } from "../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import {
  type CertificateJudgement,
  CertificateJudgementSchema,
} from "../../proto/gen/ecert/sync/v1/exchange_service_pb.ts";
import { Refusal } from "../domain/refusal.ts";
import { verifyCms } from "../trust/cms-verify.ts";
import type { Signers } from "../trust/signers.ts";

/** Judges signature and signer of a record. */
export type JudgeRecord = (record: CertificateRecord) => Promise<CertificateJudgement>;

/** Creates the judge of a node. */
export function createJudgeRecord(node: string, signers: Signers | undefined): JudgeRecord {
  return async (record) => {
    if (!signers) throw new Refusal("SIGNER_UNTRUSTED", "no authorities of signing certificates are configured");
    const options = { ...signers.current(), at: new Date(record.issuedAt) };
    const { ok, reasons, signer } = verifyCms(record.messageCms, { content: record.message }, options);
    const { organization = "", organizationCode = "" } = signer ?? {};
    const found = { holds: ok, findings: [...reasons], signerOrganization: organization, signerCode: organizationCode };
    return create(CertificateJudgementSchema, { ...found, node });
  };
}
