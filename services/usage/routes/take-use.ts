import type { UsageGround } from "../../../proto/gen/ecert/sync/v1/exchange_service_pb.ts";
import type { UseNoticeService } from "../../../proto/gen/ecert/usage/v1/use_notice_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { canonicalJson, sha256Hex } from "../../domain/canonical.ts";
import type { UsageContext } from "../context.ts";
import type { HolderUse } from "../uses/holder-uses.ts";
import { servedElsewhere, useElsewhere } from "../uses/use-elsewhere.ts";

/** 5.9.5: keeps a use at another node where its holder sees it, once however often that node asks for the same. */
export function takeUse({ uses, runtime }: UsageContext): Handlers<typeof UseNoticeService>["takeUse"] {
  return async ({ ground, action, identifier, itemCodes: items, fields }, call) => {
    const why = ground as UsageGround;
    const what = { action: action as HolderUse["action"], items, ...(identifier !== "" && { identifier }), fields };
    const name = sha256Hex(canonicalJson({ code: why.usageCodeDigest, ...what }));
    call.note({ identifier, used_at: why.node });
    const at = runtime.now().toISOString();
    await uses.keepOnce(`elsewhere/${name}`, servedElsewhere(why), at, { ...what, ...useElsewhere(why) });
    return {};
  };
}
