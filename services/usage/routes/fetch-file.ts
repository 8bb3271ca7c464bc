import type { UsageService } from "../../../proto/gen/ecert/usage/v1/usage_service_pb.ts";
import { shanghaiDay } from "../../domain/civil-date.ts";
import { Refusal } from "../../domain/refusal.ts";
import { requireHolds } from "../../judgement/judge-record.ts";
import { longTermFile } from "../../runtime/long-term-file.ts";
import { type Handlers, onBehalf } from "../../runtime/service.ts";
import type { UsageDependencies } from "../context.ts";
import { findOne, groundOf } from "../find.ts";
import { receiptFor } from "../receipt.ts";
import { countUse, openCode } from "../use.ts";
import { requireInForce } from "../verdict.ts";

/** 4.5.5, 6.4.6.3: fetches the archive file, byte-identical to what was signed, on request with data for the long term behind it. */
export function fetchFile(dependencies: UsageDependencies): Handlers<typeof UsageService>["fetchFile"] {
  const { runtime, own, exchange, judge, longTerm: desk } = dependencies;
  return async ({ usageCode, identifier, format, longTerm }, call) => {
    const opened = await openCode(dependencies, usageCode, call);
    const found = await findOne(dependencies, opened, identifier, call);
    requireInForce(found.record, shanghaiDay(runtime.now()));
    requireHolds(identifier, await judge.judge(found.record));
    const { file: original } = found.own
      ? await own.getFile({ identifier, format }, onBehalf(call))
      : await exchange.fetchFileAcross({ ground: groundOf(dependencies, opened), identifier, format }, onBehalf(call));
    if (!original) throw new Refusal("INTERNAL", "an answer without its file");
    const file = await longTermFile(original, longTerm, desk.extend);
    const code = await countUse(dependencies, opened, call);
    call.note({ identifier, format: String(format) });
    return {
      file,
      receipt: await receiptFor(dependencies, code, found, { action: "fetched", released: file.content }),
    };
  };
}
