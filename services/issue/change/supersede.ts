import { pause } from "../../base/pause.ts";
import { sha256Hex } from "../../domain/canonical.ts";
import { instantOf } from "../../domain/instant.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { IssueContext } from "../context.ts";
import { type CertificateDocument, changedOf } from "../record/certificate.ts";
import { withRecordEvent } from "../record/record.ts";

/** Milliseconds between looks for replacements whose predecessors still wait. */
const LOOK_EVERY_MS = 30_000;

/**
 * Marks the certificate that an issued one replaces as superseded (换发). Two documents are involved, so the new one
 * remembers that it has to be done until it is done: whoever touches it next, or the recovery, goes on. MUST have resolved
 * before an answer names the new certificate as issued. Resolves to the certificate as it is stored now.
 */
export async function supersedePredecessor(
  context: IssueContext,
  successor: CertificateDocument,
): Promise<CertificateDocument> {
  const { replaces, superseding } = successor;
  if (replaces === undefined || superseding === undefined) return successor;
  const { certificates, runtime, publishes, bell } = context;
  const predecessor = await certificates.update(replaces, (document) => {
    // One that was brought back from another node's archive does not know by which it was replaced.
    if (document.state === "superseded" && document.replacedBy === undefined)
      return { ...document, replacedBy: successor._id };
    // A revoked one stays revoked. One that was suspended in the meantime must not come back beside its successor.
    if (document.state !== "issued" && document.state !== "suspended") return undefined;
    const cause = `已由 ${successor._id} 换发`;
    // Since its successor is in force: an older copy of this node that does it again makes the very same record of it.
    const since = new Date(Math.max(instantOf(superseding), instantOf(document.stateSince)));
    const changed = changedOf(document, { to: "superseded", cause, by: successor.app, now: since });
    const recordChangedAt = runtime.now().toISOString();
    const superseded: CertificateDocument = { ...changed, recordChangedAt, replacedBy: successor._id };
    return publishes ? withRecordEvent(superseded) : superseded;
  });
  context.passed("predecessor-superseded");
  await runtime.evidence.append("certificate-superseded", {
    identifier: replaces,
    successor: successor._id,
    ...(successor.replaceCause && { causeSha256: sha256Hex(successor.replaceCause) }),
    state: predecessor?.state ?? "absent",
  });
  const settled = await certificates.update(successor._id, (document) => {
    const { superseding: pending, ...rest } = document;
    return pending === undefined ? undefined : rest;
  });
  bell.ring();
  return settled ?? successor;
}

/**
 * Goes on with every replacement that a crash left half done. One whose predecessor cannot be read waits until that can. `restored`: also
 * with those that were brought back from another node's archive, whose predecessors may still come; else they are left.
 */
export async function recoverSuperseding(context: IssueContext, { restored = false } = {}): Promise<void> {
  for (let after: string | undefined; ; ) {
    const page = { index: "superseding", limit: 100, ...(after !== undefined && { after }) };
    const { items, next } = await context.certificates.query(page);
    for (const successor of items) {
      if (successor.restoredAt !== undefined && !restored) continue;
      try {
        await supersedePredecessor(context, successor);
      } catch (error) {
        if (!(error instanceof Refusal) || error.reason !== "RECORD_UNREADABLE") throw error;
        context.runtime.log.error({ identifier: successor._id, cause: error.message }, "superseding waits");
      }
    }
    if (next === undefined) return;
    after = next;
  }
}

/**
 * Looks for half-done replacements until the signal aborts; other replicas may have left some. Restored ones wait until the node is no
 * longer behind: then all that is to come has come.
 */
export async function keepSuperseding(context: IssueContext, signal: AbortSignal): Promise<void> {
  const { log } = context.runtime;
  while (!signal.aborted) {
    try {
      await pause(LOOK_EVERY_MS, signal, { ref: false });
      if (signal.aborted) return;
      const restored = await context.runtime.standing.require().then(
        () => true,
        () => false,
      );
      await recoverSuperseding(context, { restored });
    } catch (error) {
      if (!signal.aborted) log.warn({ error }, "superseding waits: the store cannot serve now");
    }
  }
}
