import type { JsonObject as ProtoJson } from "@bufbuild/protobuf";
import {
  ExtractDataRequestSchema,
  ExtractDataResponseSchema,
  type UsageService,
} from "../../../proto/gen/ecert/usage/v1/usage_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { canonicalBytes } from "../../domain/canonical.ts";
import { shanghaiDay } from "../../domain/civil-date.ts";
import { requireInForce } from "../../record/certificate-standing.ts";
import type { UsageContext } from "../context.ts";
import { findOne, requireHolding } from "../find/find.ts";
import { receiptFor } from "../find/receipt.ts";
import { useOf } from "../uses/holder-uses.ts";
import { answerOf, keepAnswer, sameUse } from "../uses/repeated-use.ts";
import { countUse, openCode } from "../uses/use.ts";

/** 5.4.3, 5.9.6: extracts allowed fields, and nothing else. */
export function extractData(context: UsageContext): Handlers<typeof UsageService>["extractData"] {
  const { runtime } = context;
  return async (request, call) => {
    const { usageCode, identifier, fields } = request;
    const same = sameUse(ExtractDataRequestSchema, request, call);
    const opened = await openCode(context, usageCode, call, same);
    const before = answerOf(context, opened, same, ExtractDataResponseSchema);
    const found = await findOne(context, opened, identifier, { fields }, call);
    requireInForce(found.certificate, shanghaiDay(runtime.now()));
    requireHolding(found);
    const counted = await countUse(context, opened, useOf("extracted", found, fields), call, same);
    call.note({ identifier, fields: fields.join(",") });
    const released = canonicalBytes(found.data);
    const use = { action: "extracted", fields, released } as const;
    const receipt = await receiptFor(context, counted, found, use, before?.receipt);
    if (!before) await keepAnswer(context, counted.code, same, ExtractDataResponseSchema, { receipt });
    return { data: found.data as ProtoJson, receipt };
  };
}
