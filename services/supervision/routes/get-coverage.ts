import type { SupervisionService } from "../../../proto/gen/ecert/supervision/v1/supervision_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { shanghaiDay } from "../../domain/civil-date.ts";
import { instantOf } from "../../domain/instant.ts";
import { divisionOfNode } from "../../domain/sandbox.ts";
import type { SupervisionContext } from "../context.ts";
import { isInspectable } from "../inspections/inspection-record.ts";
import { progressOf } from "../intake/bring-over.ts";

/** How complete what was counted is (4.7). */
export function getCoverage(context: SupervisionContext): Handlers<typeof SupervisionService>["getCoverage"] {
  const { nodes, runtime } = context;
  return async (_request, { reach }) => {
    const silent = new Set((await nodes.silent()).map(({ node }) => node));
    const seen = (node: string) => node === runtime.config.node.code || isInspectable(reach, divisionOfNode(node));
    const shown = (await nodes.all()).filter(({ node }) => seen(node));
    const history = await progressOf(context);
    return {
      nodes: shown.map(({ node, lastEventAt, since }) => ({
        ...{ node, lastEventAt, silent: silent.has(node) },
        knownSince: since === undefined ? "" : shanghaiDay(new Date(instantOf(since))),
      })),
      history: history.map(({ service, looked, refused, doneAt = "" }) => ({
        ...{ service, looked: BigInt(looked), refused: BigInt(refused), doneAt },
      })),
    };
  };
}
