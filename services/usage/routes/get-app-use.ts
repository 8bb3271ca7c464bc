import type { UsageService } from "../../../proto/gen/ecert/usage/v1/usage_service_pb.ts";
import { appOf } from "../../call/chain/app-of.ts";
import { DEFAULT_CALLS_PER_MINUTE } from "../../call/chain/app-rate.ts";
import { type Handlers, onBehalf } from "../../call/chain/service.ts";
import { refuseField } from "../../domain/refusal.ts";
import { quotaOf } from "../codes/quota-terms.ts";
import type { UsageContext } from "../context.ts";

/** Tells a department how much one of its apps has asked for. An app of another department is refused like one that is not there. */
export function getAppUse({ apps, quota }: UsageContext): Handlers<typeof UsageService>["getAppUse"] {
  return async (request, call) => {
    const caller = appOf(call);
    const appKey = request.appKey || caller.app;
    const answer = await apps.getAppTerms({ appKey }, onBehalf(call));
    if (answer.app?.departmentCode !== caller.department) {
      const remedy = "name an app of your own department";
      throw refuseField(
        "APP_UNKNOWN",
        "app_key",
        `no app ${appKey} of department ${caller.department}`,
        remedy,
        `本部门没有应用${appKey}，请填写本部门的应用`,
      );
    }
    const { day, usageCodes, holders } = await quota.used(appKey);
    const { usageCodesPerDay, holdersPerDay } = quotaOf(answer);
    const use = (used: number, limit: number) => ({ used: BigInt(used), limit: BigInt(limit) });
    return {
      appKey,
      day,
      usageCodes: use(usageCodes, usageCodesPerDay),
      holders: use(holders, holdersPerDay),
      calls: use(call.callsOf?.(appKey) ?? 0, answer.quota?.callsPerMinute || DEFAULT_CALLS_PER_MINUTE),
    };
  };
}
