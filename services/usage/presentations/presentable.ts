import type { CertificateRecord } from "../../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import type { CertificateJudgement } from "../../../proto/gen/ecert/sync/v1/exchange_service_pb.ts";
import { type CallContext, onBehalf } from "../../call/chain/service.ts";
import type { HolderActor } from "../../domain/actor.ts";
import { shanghaiDay } from "../../domain/civil-date.ts";
import { requireInForce } from "../../record/certificate-standing.ts";
import type { UsageContext } from "../context.ts";
import { requireHolding } from "../find/find.ts";
import { ownOne } from "../find/own-certificates.ts";
import { judgedOwn } from "../find/own-judgement.ts";

/** A certificate that may be shown now. */
export interface Presentable {
  record: CertificateRecord;
  judgement: CertificateJudgement;
  /** The issuer could not be asked for its state. */
  fromArchive: boolean;
}

/**
 * A holder's certificate with its state of now, at its issuer where that is another node. Throws `CERTIFICATE_UNKNOWN` for somebody else's,
 * `STATE_CONFLICT` where it is not in force, and what {@link requireHolding} throws. `field` is what named it.
 */
export async function presentable(
  context: UsageContext,
  holder: Pick<HolderActor, "codeType" | "code">,
  identifier: string,
  call: CallContext,
  field: "identifier" | "presentation",
): Promise<Presentable> {
  const found = await ownOne(context, holder, identifier, call);
  const { record, fromArchive } = await current(context, found, call);
  requireInForce(record, shanghaiDay(context.runtime.now()), field);
  const judgement = await judgedOwn(context, found);
  requireHolding({ certificate: record, judgement });
  return { record, judgement, fromArchive };
}

/** An archive may be some seconds behind: a certificate that was revoked meanwhile must not be shown. */
async function current(
  { exchange }: UsageContext,
  { record, issuedHere }: { record: CertificateRecord; issuedHere: boolean },
  call: CallContext,
): Promise<{ record: CertificateRecord; fromArchive: boolean }> {
  if (issuedHere) return { record, fromArchive: false };
  const told = await exchange.getStatusAcross({ identifier: record.identifier }, onBehalf(call));
  const { state, stateSince, validFrom, validTo, revision, forkedSince, fromArchive } = told;
  const stateCause = state === record.state ? record.stateCause : "";
  return {
    record: { ...record, state, stateSince, stateCause, validFrom, validTo, revision, forkedSince },
    fromArchive,
  };
}
