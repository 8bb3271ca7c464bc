import { appOf } from "../../call/chain/app-of.ts";
import type { CallContext } from "../../call/chain/service.ts";

/**
 * Who acts for whom where the app of one department works in another's name, as evidence and call log name both (6.4.4.2, 6.4.4.4): a unified
 * acceptance system, or a superior's. Nothing where the issuer's own app calls.
 */
export function actsFor(
  call: Pick<CallContext, "caller" | "method">,
  issuer: string,
): { appDepartment?: string; issuer?: string } {
  const { department } = appOf(call);
  return department === issuer ? {} : { appDepartment: department, issuer };
}
