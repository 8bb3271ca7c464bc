import type { CallContext } from "../../call/chain/service.ts";
import type { Runtime } from "../../node/runtime.ts";

/** The division that was asked for: where none was, of staff their own, else that of the node. */
export function askedDivision(
  division: string,
  { caller }: Pick<CallContext, "caller">,
  { config }: Pick<Runtime, "config">,
): string {
  if (division !== "") return division;
  return caller.kind === "staff" ? caller.division : config.node.code.slice(0, 6);
}
