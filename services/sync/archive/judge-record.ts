import type { CertificateRecord } from "../../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import type { CertificateJudgement } from "../../../proto/gen/ecert/sync/v1/exchange_service_pb.ts";
import { Refusal } from "../../domain/refusal.ts";
import { judgementMessage } from "../../judgement/judge-record.ts";
import type { RecordJudge } from "../../judgement/record-judge.ts";

/** Judges a record for another node: signature, signer, and the issuer's right. */
export type JudgeRecord = (record: CertificateRecord) => Promise<CertificateJudgement>;

/** Tells other nodes what this node's judge finds. */
export function createJudgeRecord(node: string, judge: RecordJudge | undefined): JudgeRecord {
  return async (record) => {
    if (!judge) throw new Refusal("SIGNER_UNTRUSTED", "no authorities of signing certificates are configured");
    return judgementMessage(await judge.judge(record), node);
  };
}
