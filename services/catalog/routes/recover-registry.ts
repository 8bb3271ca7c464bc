import type { MessageInitShape } from "@bufbuild/protobuf";
import type {
  RecoverRegistryResponseSchema,
  RegistryRecoveryService,
} from "../../../proto/gen/ecert/catalog/v1/registry_recovery_service_pb.ts";
import { createTurns } from "../../base/in-turn.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { isProvince } from "../../host/place.ts";
import { openReport } from "../../registry/recovery/report.ts";
import type { CatalogContext } from "../context.ts";
import { PARTS } from "../recovery/parts.ts";
import { recoverNode } from "../recovery/recover-node.ts";
import { recoverProvince } from "../recovery/recover-province.ts";

/** Takes back what peers have of this node's catalog. One recovery runs at a time; who asks meanwhile is answered by the next. */
export function recoverRegistry(context: CatalogContext): Handlers<typeof RegistryRecoveryService>["recoverRegistry"] {
  const { runtime } = context;
  const inTurn = createTurns();

  async function recover(dryRun: boolean): Promise<MessageInitShape<typeof RecoverRegistryResponseSchema>> {
    const report = openReport(PARTS);
    const work = isProvince(runtime.config.node) ? recoverProvince : recoverNode;
    await work(context, dryRun, report);
    // From a province that keeps no delegations none came back: what records name is carried over again.
    const isBack = report.parts.some(({ name, done }) => name === "delegations" && done > 0);
    if (!dryRun && !isBack) await context.carriedOver.takeBack();
    if (!dryRun) await context.watch.again();
    const parts = report.parts.map(({ name, ...counts }) => ({ name, ...big(counts) }));
    const told = Object.fromEntries(report.parts.map(({ name, restored, failed }) => [name, { restored, failed }]));
    await runtime.evidence.append("registry-recovered", { dryRun, ...told });
    return { parts, notices: [...report.notices], lacking: [...report.lacking] };
  }

  return ({ dryRun }) => inTurn(() => recover(dryRun));
}

function big({ done, restored, failed }: { done: number; restored: number; failed: number }) {
  return { done: BigInt(done), restored: BigInt(restored), failed: BigInt(failed) };
}
