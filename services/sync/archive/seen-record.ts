import type { CertificateRecord } from "../../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import type { CallContext } from "../../call/chain/service.ts";
import { isWithinReach } from "../../domain/permit.ts";
import { refuseField } from "../../domain/refusal.ts";
import type { SyncContext } from "../context.ts";
import { divisionIn } from "./found-by.ts";

/** A certificate of the archive, this node's own or what another one sent. */
export interface SeenRecord {
  record: CertificateRecord;
  fromArchive: boolean;
}

/** One of an issuer within the caller's reach. Throws `CERTIFICATE_UNKNOWN` in the same words for what is beyond and for what is not there. */
export async function seenRecord(
  { own, archive }: Pick<SyncContext, "own" | "archive">,
  identifier: string,
  call: CallContext,
): Promise<SeenRecord> {
  call.note({ identifier });
  const issued = await own.get(identifier, call);
  const record = issued ?? (await archive.get(identifier));
  const place = record && { department: record.issuerCode, division: divisionIn(record) };
  if (!record || !place || !isWithinReach(call.reach, place)) throw unknownHere();
  return { record, fromArchive: !issued };
}

/** The refusal of a certificate, or a file of one, that there is not within reach. */
export function unknownHere() {
  const remedy = "take one from SearchArchive";
  const localized = "辖区内的证照库没有该证照，请从证照库的查询结果中选取";
  return refuseField(
    "CERTIFICATE_UNKNOWN",
    "identifier",
    "no such certificate or file within reach",
    remedy,
    localized,
  );
}
