import { addDays } from "../../domain/civil-date.ts";
import type { onNodesOwn } from "../cases/own-call.ts";
import type { GovernanceContext } from "../context.ts";
import type { ChangeDocument, Transfer } from "./change-record.ts";

/** What a stage of a change works with. */
export interface StageCall {
  context: GovernanceContext;
  change: ChangeDocument;
  options: ReturnType<typeof onNodesOwn>;
}

/** The last day on which what ends is still there. */
export function lastDay({ order }: ChangeDocument): string {
  return addDays(order.effectiveOn, -1);
}

/** Where a record of the department goes: a code, nowhere (empty), or, in a split that does not name it, it stays (`undefined`). */
export function goesTo(
  { order }: ChangeDocument,
  key: string,
  member: keyof Pick<Transfer, "units" | "matters" | "apps">,
): string | undefined {
  if (order.kind !== "split") return order.successor;
  return order.transfers.find((transfer) => transfer[member].includes(key))?.to;
}
