import { Refusal } from "../../domain/refusal.ts";
import type { Runtime } from "../../node/runtime.ts";
import type { CollectionSpec } from "../../store/port.ts";
import { type KeptJob, openKeptJobs } from "../compare/kept-job.ts";
import { isCount } from "../wire/signed-event.ts";
import type { Reached, RecoveryPart } from "./recovery-progress.ts";

export const RECOVERIES: CollectionSpec = { name: "recoveries", indexes: [] };
/** Key of the only one. */
const LAST = "last";

/** A recovery as it is remembered. */
export interface KeptRecovery {
  dryRun: boolean;
  /** RFC 3339. */
  startedAt: string;
  /** RFC 3339; absent: the process that began it still does it, or has ended it. */
  resumedAt?: string;
  /** RFC 3339; absent: it runs, or the process that did it was ended. */
  endedAt?: string;
  /** Somebody has stopped it. */
  stopped?: true;
  failure?: string;
  parts: RecoveryPart[];
  notices: string[];
  reached: Reached;
}

/** Opens what is remembered of the last recovery of this node. */
export async function openKeptRecovery(runtime: Runtime): Promise<KeptJob<KeptRecovery>> {
  return (await openKeptJobs(runtime, RECOVERIES, readRecovery))(LAST);
}

function readRecovery(state: unknown): KeptRecovery {
  const kept = state as KeptRecovery;
  const { dryRun, startedAt, parts, notices, reached } = kept ?? {};
  const { steps, told, lacking, day } = reached ?? {};
  const sound =
    typeof dryRun === "boolean" &&
    typeof startedAt === "string" &&
    [parts, reached?.parts].every((one) => Array.isArray(one) && one.every(isPart)) &&
    [notices, steps].every((one) => Array.isArray(one) && one.every((text) => typeof text === "string")) &&
    [told, lacking, day?.lacking ?? 0].every(isCount);
  if (sound) return kept;
  throw new Refusal("RECORD_UNREADABLE", "what is remembered of a recovery lacks members or has wrong ones");
}

function isPart(part: RecoveryPart | null): boolean {
  const { name, total, done, restored, failed } = part ?? {};
  return typeof name === "string" && [total, done, restored, failed].every(isCount);
}
