import type { UsageService } from "../../../proto/gen/ecert/usage/v1/usage_service_pb.ts";
import { shanghaiDay } from "../../domain/civil-date.ts";
import { Refusal } from "../../domain/refusal.ts";
import { formOf } from "../../runtime/certificate-release.ts";
import { requireInForce } from "../../runtime/certificate-standing.ts";
import { releasableFile } from "../../runtime/file-release.ts";
import { longTermFile } from "../../runtime/long-term-file.ts";
import { type Handlers, onBehalf } from "../../runtime/service.ts";
import type { UsageDependencies } from "../context.ts";
import { findOne, groundOf, requireHolding } from "../find.ts";
import { useOf } from "../holder-uses.ts";
import { receiptFor } from "../receipt.ts";
import { countUse, openCode } from "../use.ts";

/**
 * 4.5.5, 6.4.6.3: fetches the archive file where the matter may fetch this form and may know what it holds, byte-identical to what was signed, on request with data for
 * the long term behind it.
 */
export function fetchFile(dependencies: UsageDependencies): Handlers<typeof UsageService>["fetchFile"] {
  const { runtime, own, exchange, longTerm: desk } = dependencies;
  return async ({ usageCode, identifier, format, longTerm }, call) => {
    const opened = await openCode(dependencies, usageCode, call);
    const form = formOf(format);
    const found = await findOne(dependencies, opened, identifier, { ...(form !== undefined && { form }) }, call);
    requireInForce(found.certificate, shanghaiDay(runtime.now()));
    requireHolding(found);
    const { file: original } = found.own
      ? await own.getFile({ identifier, format }, onBehalf(call))
      : await exchange.fetchFileAcross({ ground: groundOf(dependencies, opened), identifier, format }, onBehalf(call));
    if (!original) throw new Refusal("INTERNAL", "an answer without its file");
    const file = await longTermFile(releasableFile(original, found.granted, found.dataItems), longTerm, desk.extend);
    const code = await countUse(dependencies, opened, useOf("fetched", found), call);
    call.note({ identifier, format: String(format) });
    return {
      file,
      receipt: await receiptFor(dependencies, code, found, { action: "fetched", released: file.content }),
    };
  };
}
