import { AppRecoveryService } from "../../../proto/gen/ecert/identity/v1/app_recovery_service_pb.ts";
import { hasService } from "../../host/place.ts";
import type { Runtime } from "../../node/runtime.ts";
import type { RecoveryProgress, StepOptions } from "./recovery-progress.ts";

/** Milliseconds that the identity service may take to compare with every node. */
const CALL_MS = 600_000;

/** Has the identity service of this node bring accounts of apps forward, as the catalog does its registry. Throws `PEER_AWAY`. */
export async function recoverApps(
  { config, client }: Runtime,
  progress: RecoveryProgress,
  { dryRun, signal }: StepOptions,
): Promise<void> {
  if (!hasService(config, "identity")) return;
  const part = progress.part("apps");
  const identity = client(AppRecoveryService, "identity");
  const { done, restored, failed, notices, lacking } = await identity.recoverApps(
    { dryRun },
    { signal, timeoutMs: CALL_MS },
  );
  const looked = Number(done);
  Object.assign(part, { total: looked, done: looked, restored: Number(restored), failed: Number(failed) });
  for (const notice of notices) progress.notice(notice);
  for (const sentence of lacking) progress.lacks(sentence);
}
