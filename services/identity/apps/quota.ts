import type { App } from "../../../proto/gen/ecert/identity/v1/app_pb.ts";
import { DEFAULT_CALLS_PER_MINUTE } from "../../call/chain/app-rate.ts";

/** How much an app may ask for: what its record says, and the defaults of the contract where it says nothing. */
export function quotaOf({ quota }: Pick<App, "quota">) {
  return {
    callsPerMinute: quota?.callsPerMinute || DEFAULT_CALLS_PER_MINUTE,
    usageCodesPerDay: quota?.usageCodesPerDay || 100_000,
    holdersPerDay: quota?.holdersPerDay || 100_000,
  };
}
