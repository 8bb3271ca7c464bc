import type { LinkMarks, StandingService } from "../../../proto/gen/ecert/sync/v1/standing_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { Refusal } from "../../domain/refusal.ts";
import { wireOf } from "../../node/standing-name.ts";
import type { SyncContext } from "../context.ts";

/** A node that was started from an older copy of itself is found by what its peers have seen: answers one that asks. */
export function compareStanding({ standings }: SyncContext): Handlers<typeof StandingService>["compareStanding"] {
  return async ({ marks }, { caller }) => {
    const theirs = marks as LinkMarks;
    if (caller.kind !== "node" || caller.node !== theirs.node)
      throw new Refusal("PERMISSION_DENIED", `marks of ${theirs.node} are told by that node alone`);
    const one = standings.of(caller.node);
    if (!one) throw new Refusal("PERMISSION_DENIED", `this node has no link with ${caller.node}`);
    const [answer, forks] = await Promise.all([one.answer(theirs), standings.forks.forkedOf(caller.node)]);
    return {
      marks: answer.marks,
      standing: wireOf(answer.standing),
      detail: answer.detail,
      forkedIdentifiers: forks.identifiers,
      settled: forks.settled,
      forks: BigInt(forks.count),
      own: wireOf(standings.own().standing),
    };
  };
}
