import {
  FetchFileRequestSchema,
  FetchFileResponseSchema,
  type UsageService,
} from "../../../proto/gen/ecert/usage/v1/usage_service_pb.ts";
import { type Handlers, onBehalf } from "../../call/chain/service.ts";
import { shanghaiDay } from "../../domain/civil-date.ts";
import { instantOf } from "../../domain/instant.ts";
import { Refusal } from "../../domain/refusal.ts";
import { formOf } from "../../record/certificate-release.ts";
import { requireInForce } from "../../record/certificate-standing.ts";
import { releasableFile } from "../../record/file-release.ts";
import { longTermFile } from "../../record/long-term-file.ts";
import type { UsageContext } from "../context.ts";
import { findOne, groundOf, requireHolding } from "../find/find.ts";
import { receiptFor } from "../find/receipt.ts";
import { requireCopyWish, useCopyOf } from "../find/use-copy.ts";
import { useOf } from "../uses/holder-uses.ts";
import { answerOf, claimOf, keepAnswer, sameUse } from "../uses/repeated-use.ts";
import { countUse, openCode } from "../uses/use.ts";

/**
 * 4.5.5, 6.4.6.3: fetches the archive file where the matter may fetch this form and may know what it holds, byte-identical to what was signed, on request with data for
 * the long term behind it; or a copy for this use alone.
 */
export function fetchFile(context: UsageContext): Handlers<typeof UsageService>["fetchFile"] {
  const { runtime, own, exchange, longTerm: desk, copies } = context;
  return async (request, call) => {
    const { usageCode, identifier, format, longTerm } = request;
    requireCopyWish(request, runtime.now());
    const same = sameUse(FetchFileRequestSchema, request, call);
    const opened = await openCode(context, usageCode, call, same);
    const before = answerOf(context, opened, same, FetchFileResponseSchema);
    const form = formOf(format);
    const found = await findOne(context, opened, identifier, { format, ...(form !== undefined && { form }) }, call);
    requireInForce(found.certificate, shanghaiDay(runtime.now()));
    requireHolding(found);
    const { file: original } = found.own
      ? await own.getFile({ identifier, format }, onBehalf(call))
      : await exchange.fetchFileAcross({ ground: groundOf(context, opened), identifier, format }, onBehalf(call));
    if (!original) throw new Refusal("INTERNAL", "an answer without its file");
    const released = releasableFile(original, found.granted, found.dataItems);
    // The same use is made of the same time, so that the copy is the same.
    const at = new Date(instantOf(claimOf(opened, same)?.at ?? runtime.now().toISOString()));
    const { file, copy } = request.useCopy
      ? await useCopyOf(released, { request, code: opened, at }, copies)
      : { file: await longTermFile(released, longTerm, desk.extend) };
    const kept = { ...useOf("fetched", found), ...(copy && { copy: { sha256: file.sha256, ...copy } }) };
    const counted = await countUse(context, opened, kept, call, same);
    call.note({ identifier, format: String(format) });
    const use = { action: "fetched", released: file.content, ...(copy && { copy }) } as const;
    const receipt = await receiptFor(context, counted, found, use, before?.receipt);
    if (!before) await keepAnswer(context, counted.code, same, FetchFileResponseSchema, { receipt });
    return { file, receipt };
  };
}
