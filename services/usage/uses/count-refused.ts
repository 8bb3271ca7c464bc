import { appOf } from "../../call/chain/app-of.ts";
import type { CallContext } from "../../call/chain/service.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { UsageContext } from "../context.ts";

/** The same handler, whose refusals are counted for the department that called, with their reason and the matter as far as it was known (4.7). */
export function countingRefused<Q, A>(
  { tally }: Pick<UsageContext, "tally">,
  handler: (request: Q, call: CallContext) => Promise<A>,
): (request: Q, call: CallContext) => Promise<A> {
  return async (request, call) => {
    let matter = "";
    const note = (fields: Record<string, string>) => {
      matter = fields.matter ?? matter;
      call.note(fields);
    };
    try {
      return await handler(request, { ...call, note });
    } catch (error) {
      if (error instanceof Refusal && (call.caller.kind === "app" || call.caller.kind === "staff"))
        tally.count(appOf(call).department, { action: "refused_use", reason: error.reason, matter });
      throw error;
    }
  };
}
