import type { HolderService } from "../../../proto/gen/ecert/usage/v1/holder_service_pb.ts";
import { type Handlers, onBehalf } from "../../call/chain/service.ts";
import { shanghaiDay } from "../../domain/civil-date.ts";
import { requireInForce } from "../../record/certificate-standing.ts";
import type { UsageContext } from "../context.ts";
import { requireHolding } from "../find/find.ts";
import { holderOf, ownOne } from "../find/own-certificates.ts";
import { judgedOwn } from "../find/own-judgement.ts";

/** 5.5.2 b): a file of one of the caller's own certificates that is in force, as it was signed. */
export function fetchOwnFile(context: UsageContext): Handlers<typeof HolderService>["fetchOwnFile"] {
  const { runtime } = context;
  return async ({ identifier, format }, call) => {
    const holder = holderOf(call);
    const found = await ownOne(context, holder, identifier, call);
    requireInForce(found.record, shanghaiDay(runtime.now()));
    requireHolding({ certificate: found.record, judgement: await judgedOwn(context, found) });
    const { file } = await found.kept.getFile({ identifier, format }, onBehalf(call));
    await runtime.evidence.append("holder-fetched", { identifier, format, byAnother: holder.acting !== undefined });
    call.note({ identifier, format: String(format) });
    return { file };
  };
}
