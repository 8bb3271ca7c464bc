import type { JsonObject as ProtoJson } from "@bufbuild/protobuf";
import type { UsageService } from "../../../proto/gen/ecert/usage/v1/usage_service_pb.ts";
import { canonicalBytes } from "../../domain/canonical.ts";
import { shanghaiDay } from "../../domain/civil-date.ts";
import { requireInForce } from "../../runtime/certificate-standing.ts";
import type { Handlers } from "../../runtime/service.ts";
import type { UsageDependencies } from "../context.ts";
import { findOne, requireHolding } from "../find.ts";
import { useOf } from "../holder-uses.ts";
import { receiptFor } from "../receipt.ts";
import { countUse, openCode } from "../use.ts";

/** 5.4.3, 5.9.6: extracts allowed fields, and nothing else. */
export function extractData(dependencies: UsageDependencies): Handlers<typeof UsageService>["extractData"] {
  const { runtime } = dependencies;
  return async ({ usageCode, identifier, fields }, call) => {
    const opened = await openCode(dependencies, usageCode, call);
    const found = await findOne(dependencies, opened, identifier, { fields }, call);
    requireInForce(found.certificate, shanghaiDay(runtime.now()));
    requireHolding(found);
    const code = await countUse(dependencies, opened, useOf("extracted", found, fields), call);
    call.note({ identifier, fields: fields.join(",") });
    const released = canonicalBytes(found.data);
    return {
      data: found.data as ProtoJson,
      receipt: await receiptFor(dependencies, code, found, { action: "extracted", fields, released }),
    };
  };
}
