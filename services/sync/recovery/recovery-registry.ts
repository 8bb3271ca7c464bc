import { RegistryRecoveryService } from "../../../proto/gen/ecert/catalog/v1/registry_recovery_service_pb.ts";
import { hasService } from "../../host/place.ts";
import type { Runtime } from "../../node/runtime.ts";
import type { PartName, RecoveryProgress, StepOptions } from "./recovery-progress.ts";

/** Milliseconds that the catalog may take to compare with every node. */
const CALL_MS = 600_000;
const PARTS: readonly string[] = [
  "registry",
  "delegations",
  "catalog",
  "drafts",
  "lists",
  "register",
] satisfies PartName[];

/**
 * Has the catalog of this node bring itself forward: registry, delegations, published versions, drafts, lists, and what the province has said. Where two contents stand
 * under one change it only tells, since whoever decides puts the record again, at a node that is no longer behind. Throws `PEER_AWAY`.
 */
export async function recoverRegistry(
  { config, client }: Runtime,
  progress: RecoveryProgress,
  { dryRun, signal }: StepOptions,
): Promise<void> {
  if (!hasService(config, "catalog")) return;
  const catalog = client(RegistryRecoveryService, "catalog");
  progress.part("registry");
  const { parts, notices, lacking } = await catalog.recoverRegistry({ dryRun }, { signal, timeoutMs: CALL_MS });
  for (const { name, done, restored, failed } of parts) {
    if (!PARTS.includes(name)) continue;
    const counts = { total: Number(done), done: Number(done), restored: Number(restored), failed: Number(failed) };
    Object.assign(progress.part(name as PartName), counts);
  }
  for (const notice of notices) progress.notice(notice);
  for (const sentence of lacking) progress.lacks(sentence);
}
