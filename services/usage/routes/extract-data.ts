import type { JsonObject as ProtoJson } from "@bufbuild/protobuf";
import type { UsageService } from "../../../proto/gen/ecert/usage/v1/usage_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { canonicalBytes } from "../../domain/canonical.ts";
import { shanghaiDay } from "../../domain/civil-date.ts";
import { requireInForce } from "../../record/certificate-standing.ts";
import type { UsageContext } from "../context.ts";
import { findOne, requireHolding } from "../find/find.ts";
import { receiptFor } from "../find/receipt.ts";
import { useOf } from "../uses/holder-uses.ts";
import { countUse, openCode } from "../uses/use.ts";

/** 5.4.3, 5.9.6: extracts allowed fields, and nothing else. */
export function extractData(context: UsageContext): Handlers<typeof UsageService>["extractData"] {
  const { runtime } = context;
  return async ({ usageCode, identifier, fields }, call) => {
    const opened = await openCode(context, usageCode, call);
    const found = await findOne(context, opened, identifier, { fields }, call);
    requireInForce(found.certificate, shanghaiDay(runtime.now()));
    requireHolding(found);
    const code = await countUse(context, opened, useOf("extracted", found, fields), call);
    call.note({ identifier, fields: fields.join(",") });
    const released = canonicalBytes(found.data);
    return {
      data: found.data as ProtoJson,
      receipt: await receiptFor(context, code, found, { action: "extracted", fields, released }),
    };
  };
}
