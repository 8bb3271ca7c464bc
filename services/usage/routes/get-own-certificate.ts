import type { JsonObject as ProtoJson } from "@bufbuild/protobuf";
import type { HolderService } from "../../../proto/gen/ecert/usage/v1/holder_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { shanghaiDay } from "../../domain/civil-date.ts";
import { dataItemsOf, releasedOf } from "../../record/certificate-release.ts";
import type { UsageContext } from "../context.ts";
import { holderOf, ownOne, ownView } from "../find/own-certificates.ts";
import { judgedOwn } from "../find/own-judgement.ts";
import { joinedVerdict } from "../find/verdict.ts";

/** 5.5.2: one of the caller's own certificates, whole. */
export function getOwnCertificate(context: UsageContext): Handlers<typeof HolderService>["getOwnCertificate"] {
  return async ({ identifier }, call) => {
    const found = await ownOne(context, holderOf(call), identifier, call);
    const { record } = found;
    const judgement = await judgedOwn(context, found);
    const certificate = ownView(record, shanghaiDay(context.runtime.now()));
    const verdict = joinedVerdict(certificate.verdict, judgement);
    const { data } = releasedOf(record, { item: record.itemCode, fields: [] }, dataItemsOf(record));
    call.note({ identifier, verdict: String(verdict) });
    return { certificate: { ...certificate, verdict }, data: (data ?? {}) as ProtoJson };
  };
}
