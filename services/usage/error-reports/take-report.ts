import type { CertificateRecord } from "../../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { requestIdReused } from "../../call/chain/request-id.ts";
import type { CallContext } from "../../call/chain/service.ts";
import { addDays, shanghaiDay } from "../../domain/civil-date.ts";
import { instantOf } from "../../domain/instant.ts";
import type { Holder } from "../../domain/message.ts";
import { Refusal, refuseField } from "../../domain/refusal.ts";
import { dataItemsOf } from "../../record/certificate-release.ts";
import { insertNew } from "../../store/insert-new.ts";
import { readMessageView } from "../../trust/verification/message-view.ts";
import type { UsageContext } from "../context.ts";
import { holderKey } from "../uses/holder-uses.ts";
import type { ReportDocument } from "./report-record.ts";

/** Reports of one holder at a node on one day. */
export const REPORTS_PER_DAY = 10;

/** What a holder reports of a certificate. */
export interface Reported {
  holder: Pick<Holder, "codeType" | "code">;
  identifier: string;
  field: string;
  text: string;
}

/** A report that was taken before by the same request. Throws `REQUEST_ID_REUSED` where that said something else. */
export async function takenBefore(
  { errorReports }: UsageContext,
  id: string,
  reported: Reported,
): Promise<ReportDocument | undefined> {
  const known = await errorReports.get(id);
  return known && requireSame(known, reported);
}

/** Takes a report of a certificate that this node issued, once for its request. Throws `INVALID_FIELD`, `RATE_EXCEEDED`, `REQUEST_ID_REUSED`. */
export async function takeReport(
  context: UsageContext,
  id: string,
  reported: Reported,
  record: CertificateRecord,
  call: CallContext,
): Promise<ReportDocument> {
  const { runtime, errorReports } = context;
  const { identifier, field, text } = reported;
  requireDataItem(field, record);
  const now = runtime.now();
  const { metadata } = readMessageView(record.message);
  const report: ReportDocument = {
    ...{ _id: id, revision: 1, holder: holderKey(reported.holder), day: shanghaiDay(now), at: now.toISOString() },
    ...{ identifier, name: record.name, field, text },
    ...{ department: record.issuerCode, division: metadata.issuer.division, state: "open" },
  };
  await requireRoom(context, report, now);
  if (await insertNew(errorReports, report)) {
    const { department } = report;
    await runtime.evidence.append("error-reported", { report: id, identifier, field, department });
    call.note({ identifier, report: id });
    return report;
  }
  // The same request at the same time was first.
  return (await takenBefore(context, id, reported)) ?? report;
}

function requireSame(report: ReportDocument, { identifier, field, text }: Reported): ReportDocument {
  if (report.identifier === identifier && report.field === field && report.text === text) return report;
  throw requestIdReused();
}

async function requireRoom({ errorReports }: UsageContext, { holder, day }: ReportDocument, now: Date): Promise<void> {
  if ((await errorReports.count("day", [holder, day])) < REPORTS_PER_DAY) return;
  const tomorrow = instantOf(`${addDays(day, 1)}T00:00:00+08:00`);
  throw new Refusal("RATE_EXCEEDED", `${REPORTS_PER_DAY} errors were reported today already`, {
    retryAfterMs: Math.max(1, tomorrow - now.getTime()),
    metadata: { limit: String(REPORTS_PER_DAY) },
    localizedDetail: `每天最多报错${REPORTS_PER_DAY}次，请明天再报，急需的请直接联系颁发机构`,
  });
}

function requireDataItem(field: string, record: CertificateRecord): void {
  if (field === "" || dataItemsOf(record).includes(field)) return;
  throw refuseField(
    "INVALID_FIELD",
    "field",
    `the certificate has no data item ${field}`,
    "take a name from GetOwnCertificate's data, or leave it out",
    `该证照没有数据项${field}，请从GetOwnCertificate的data中选择，或不填`,
  );
}
