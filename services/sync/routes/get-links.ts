import type { LinkService } from "../../../proto/gen/ecert/sync/v1/link_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { MadeComparison, RunningComparison } from "../compare/kept-comparison.ts";
import type { SyncContext } from "../context.ts";
import { linkStates } from "../link/link-states.ts";
import { peerStanding } from "../standing/peer-standing.ts";

/** 5.7.2, 6.2.1.2: state of the links, for operators. */
export function getLinks(context: SyncContext): Handlers<typeof LinkService>["getLinks"] {
  return async (_request, { signal }) => {
    const links = (await linkStates(context, signal)).map(async (state) => {
      const { count, oldest } = await context.runtime.setAside.ofNode(state.node);
      const standing = context.standings.of(state.node);
      const set = { setAside: BigInt(count), oldestSetAside: oldest };
      const forks = BigInt(context.forks.count(state.node));
      const comparison = comparisonOf(context.compare?.last(state.node));
      const comparing = runningOf(context.compare?.running(state.node));
      const asked = context.askedArchives.get(state.node);
      const interrupted = runningOf(context.compare?.interrupted(state.node));
      return {
        ...state,
        ...set,
        forks,
        ...(comparison && { comparison }),
        ...(comparing && { comparing }),
        ...(asked && { askedArchive: { at: asked.at.toISOString(), root: asked.root } }),
        ...(interrupted && { interrupted }),
        ...(standing && { standing: peerStanding(standing) }),
      };
    });
    return { links: await Promise.all(links) };
  };
}

function comparisonOf(made: MadeComparison | undefined) {
  if (!made) return undefined;
  const { at, equal, repaired, surplus, unrepaired } = made;
  const counts = { repaired: BigInt(repaired), surplus: BigInt(surplus), unrepaired: BigInt(unrepaired) };
  return { at: at.toISOString(), equal, ...counts };
}

function runningOf(running: RunningComparison | undefined) {
  if (!running) return undefined;
  const { pass, records, checked, repaired } = running;
  return { pass, records: BigInt(records), checked: BigInt(checked), repaired: BigInt(repaired) };
}
