import type { UsageService } from "../../../proto/gen/ecert/usage/v1/usage_service_pb.ts";
import { Refusal, refuseField } from "../../domain/refusal.ts";
import { DEFAULT_CALLS_PER_MINUTE } from "../../runtime/app-rate.ts";
import { type Handlers, onBehalf } from "../../runtime/service.ts";
import type { UsageDependencies } from "../context.ts";
import { quotaOf } from "../quota-terms.ts";

/** Tells a department how much one of its apps has asked for. An app of another department is refused like one that is not there. */
export function getAppUse({ terms, quota }: UsageDependencies): Handlers<typeof UsageService>["getAppUse"] {
  return async (request, call) => {
    const { caller } = call;
    if (caller.kind !== "app") throw new Refusal("PERMISSION_DENIED", "only apps ask for their use");
    const appKey = request.appKey || caller.app;
    const answer = await terms.getAppTerms({ appKey }, onBehalf(call));
    if (answer.app?.departmentCode !== caller.department) {
      const remedy = "name an app of your own department";
      throw refuseField("APP_UNKNOWN", "app_key", `no app ${appKey} of department ${caller.department}`, remedy);
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
