import type { Reach } from "../../domain/permit.ts";
import { Refusal } from "../../domain/refusal.ts";

/** The account to which a call is held by its reach. */
export function ownAccount(reach: Reach): string {
  if (reach.kind === "account") return reach.account;
  throw new Refusal("INTERNAL", "the method is not held to the caller's own account");
}
