import type { Reach } from "../../domain/permit.ts";
import { Refusal } from "../../domain/refusal.ts";

/** The account that a method of `REACH_ACCOUNT` reaches. */
export function ownAccountOf(reach: Reach): string {
  if (reach.kind === "account") return reach.account;
  throw new Refusal("PERMISSION_DENIED", "is for staff about their own account", {
    localizedDetail: "仅供工作人员办理本人账户",
  });
}
