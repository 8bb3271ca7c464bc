import type { ActIntakeService } from "../../../proto/gen/ecert/supervision/v1/audit_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { keepActs } from "../acts/keep-acts.ts";
import type { SupervisionContext } from "../context.ts";

/** 5.9.5: keeps what a process of this node has done, each line of its evidence once. */
export function takeActs(context: SupervisionContext): Handlers<typeof ActIntakeService>["takeActs"] {
  return async (request) => {
    const { n, hash } = await keepActs(context, request);
    return { n: BigInt(n), hash };
  };
}
