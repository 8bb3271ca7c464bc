import type { AppQuota } from "../../../proto/gen/ecert/identity/v1/app_pb.ts";
import type { UsageContext } from "../context.ts";
import type { CodeDocument } from "./code-record.ts";

/** What the contract says of an app whose catalog is of before and says nothing. */
const DEFAULT_PER_DAY = 100_000;

/** Day quotas of an app as the record of the app tells them. */
export function quotaOf({ quota }: { quota?: AppQuota | undefined }) {
  return {
    usageCodesPerDay: quota?.usageCodesPerDay || DEFAULT_PER_DAY,
    holdersPerDay: quota?.holdersPerDay || DEFAULT_PER_DAY,
  };
}

/** Counts one look-up of a holder's certificates, a page of their list; throws `RATE_EXCEEDED`. */
export async function takeLookUp({ quota }: UsageContext, { grant, holdersPerDay }: CodeDocument): Promise<void> {
  await quota.take("holders", grant.app, holdersPerDay ?? DEFAULT_PER_DAY);
}
