import type { CertificateRecord } from "../../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import type { CertificateJudgement } from "../../../proto/gen/ecert/sync/v1/exchange_service_pb.ts";
import { judgementMessage, withStale } from "../../judgement/judge-record.ts";
import { isOutdated } from "../../node/standing.ts";
import type { UsageContext } from "../context.ts";

/** What this node finds of a certificate that it has whole: its own are doubted where it was started from an older copy of itself. */
export async function judgedOwn(
  { runtime, judge }: UsageContext,
  { record, issuedHere }: { record: CertificateRecord; issuedHere: boolean },
): Promise<CertificateJudgement> {
  const judged = await judge.judge(record);
  const outdated = issuedHere && (await isOutdated(runtime));
  return judgementMessage(outdated ? withStale(judged) : judged, runtime.config.node.code);
}
