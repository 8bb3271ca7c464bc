import type { JsonObject as ProtoJson } from "@bufbuild/protobuf";
import type { UsageService } from "../../../proto/gen/ecert/usage/v1/usage_service_pb.ts";
import { canonicalBytes } from "../../domain/canonical.ts";
import { shanghaiDay } from "../../domain/civil-date.ts";
import type { DataMessage } from "../../domain/message.ts";
import { admitUse, selectFields } from "../../domain/usage-grant.ts";
import { requireHolds } from "../../judgement/judge-record.ts";
import type { Handlers } from "../../runtime/service.ts";
import type { UsageDependencies } from "../context.ts";
import { findOne } from "../find.ts";
import { receiptFor } from "../receipt.ts";
import { appOf, countUse, openCode } from "../use.ts";
import { requireInForce } from "../verdict.ts";

/** 5.4.3, 5.9.6: extracts allowed fields, and nothing else. */
export function extractData(dependencies: UsageDependencies): Handlers<typeof UsageService>["extractData"] {
  const { runtime, judge } = dependencies;
  return async ({ usageCode, identifier, fields }, call) => {
    const opened = await openCode(dependencies, usageCode, call);
    const found = await findOne(dependencies, opened, identifier, call);
    const now = runtime.now();
    admitUse(opened.grant, { app: appOf(call), now, item: found.record.itemCode, fields });
    requireInForce(found.record, shanghaiDay(now));
    // Of what does not hold nothing is released.
    requireHolds(identifier, await judge.judge(found.record));
    const message = JSON.parse(new TextDecoder().decode(found.record.message)) as DataMessage;
    const data = selectFields(message.data, fields);
    const code = await countUse(dependencies, opened, call);
    call.note({ identifier, fields: fields.join(",") });
    const released = canonicalBytes(data);
    return {
      data: data as ProtoJson,
      receipt: await receiptFor(dependencies, code, found, { action: "extracted", fields, released }),
    };
  };
}
