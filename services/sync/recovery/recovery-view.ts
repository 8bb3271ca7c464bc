import type { MessageInitShape } from "@bufbuild/protobuf";
import type { RecoverySchema, Standing } from "../../../proto/gen/ecert/sync/v1/standing_service_pb.ts";
import type { NodeConfig } from "../../host/config.ts";
import { wireOf } from "../../node/standing-name.ts";
import type { SyncContext } from "../context.ts";
import { neverLeft } from "./never-left.ts";
import type { RecoveryRun } from "./recovery.ts";

/** The recovery that runs, or the last one, as an answer: empty where there was none. */
export async function currentRecovery({
  recovery,
  standings,
  runtime,
}: Pick<SyncContext, "recovery" | "standings" | "runtime">) {
  const run = await recovery.current();
  return run ? { recovery: recoveryView(run, wireOf(standings.own().standing), runtime.config) } : {};
}

/** A recovery as operators see it, where the node stands now, and what never left it. */
export function recoveryView(
  run: RecoveryRun,
  standing: Standing,
  config: Pick<NodeConfig, "node" | "services" | "mesh">,
): MessageInitShape<typeof RecoverySchema> {
  return {
    dryRun: run.dryRun,
    startedAt: run.startedAt,
    endedAt: run.endedAt ?? "",
    failure: run.failure ?? "",
    parts: run.parts.map(({ name, total, done, restored, failed }) => ({
      name,
      total: BigInt(total),
      done: BigInt(done),
      restored: BigInt(restored),
      failed: BigInt(failed),
    })),
    notices: [...run.notices],
    standing,
    neverLeft: neverLeft(config),
    stopped: run.stopped ?? false,
    resumedAt: run.resumedAt ?? "",
  };
}
