import type { UsageService } from "../../../proto/gen/ecert/usage/v1/usage_service_pb.ts";
import { type Handlers, onBehalf } from "../../call/chain/service.ts";
import { shanghaiDay } from "../../domain/civil-date.ts";
import { Refusal } from "../../domain/refusal.ts";
import { formOf } from "../../record/certificate-release.ts";
import { requireInForce } from "../../record/certificate-standing.ts";
import { releasableFile } from "../../record/file-release.ts";
import { longTermFile } from "../../record/long-term-file.ts";
import type { UsageContext } from "../context.ts";
import { findOne, groundOf, requireHolding } from "../find/find.ts";
import { receiptFor } from "../find/receipt.ts";
import { useOf } from "../uses/holder-uses.ts";
import { countUse, openCode } from "../uses/use.ts";

/**
 * 4.5.5, 6.4.6.3: fetches the archive file where the matter may fetch this form and may know what it holds, byte-identical to what was signed, on request with data for
 * the long term behind it.
 */
export function fetchFile(context: UsageContext): Handlers<typeof UsageService>["fetchFile"] {
  const { runtime, own, exchange, longTerm: desk } = context;
  return async ({ usageCode, identifier, format, longTerm }, call) => {
    const opened = await openCode(context, usageCode, call);
    const form = formOf(format);
    const found = await findOne(context, opened, identifier, { ...(form !== undefined && { form }) }, call);
    requireInForce(found.certificate, shanghaiDay(runtime.now()));
    requireHolding(found);
    const { file: original } = found.own
      ? await own.getFile({ identifier, format }, onBehalf(call))
      : await exchange.fetchFileAcross({ ground: groundOf(context, opened), identifier, format }, onBehalf(call));
    if (!original) throw new Refusal("INTERNAL", "an answer without its file");
    const file = await longTermFile(releasableFile(original, found.granted, found.dataItems), longTerm, desk.extend);
    const code = await countUse(context, opened, useOf("fetched", found), call);
    call.note({ identifier, format: String(format) });
    return {
      file,
      receipt: await receiptFor(context, code, found, { action: "fetched", released: file.content }),
    };
  };
}
