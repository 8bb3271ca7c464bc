import type { CallContext } from "../../call/chain/service.ts";
import { shortForm } from "../../domain/obligatory-list.ts";
import type { Runtime } from "../../node/runtime.ts";

/**
 * The division that was asked for: where none was, of staff their own, else that of the node. In its short form, so that a quarter of `440100000000` is no
 * second one of `440100`, to be frozen and published again.
 */
export function askedDivision(
  division: string,
  { caller }: Pick<CallContext, "caller">,
  { config }: Pick<Runtime, "config">,
): string {
  const own = caller.kind === "staff" ? caller.division : config.node.code.slice(0, 6);
  return shortForm(division === "" ? own : division);
}
