import { setTimeout as delay } from "node:timers/promises";
import { Refusal } from "../domain/refusal.ts";
import { type CertificateDocument, changedOf } from "./certificate.ts";
import type { IssueContext } from "./context.ts";
import { withRecordEvent } from "./record.ts";

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
    // A revoked one stays revoked. One that was suspended in the meantime must not come back beside its successor.
    if (document.state !== "issued" && document.state !== "suspended") return undefined;
    const cause = `已由 ${successor._id} 换发`;
    const changed = changedOf(document, { to: "superseded", cause, by: successor.app, now: runtime.now() });
    const superseded: CertificateDocument = { ...changed, replacedBy: successor._id };
    return publishes ? withRecordEvent(superseded) : superseded;
  });
  context.passed("predecessor-superseded");
  await runtime.evidence.append("certificate-superseded", {
    identifier: replaces,
    successor: successor._id,
    state: predecessor?.state ?? "absent",
  });
  const settled = await certificates.update(successor._id, (document) => {
    const { superseding: pending, ...rest } = document;
    return pending === undefined ? undefined : rest;
  });
  bell.ring();
  return settled ?? successor;
}

/** Goes on with every replacement that a crash left half done. One whose predecessor cannot be read waits until that can. */
export async function recoverSuperseding(context: IssueContext): Promise<void> {
  for (let after: string | undefined; ; ) {
    const page = { index: "superseding", limit: 100, ...(after !== undefined && { after }) };
    const { items, next } = await context.certificates.query(page);
    for (const successor of items) {
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

/** Looks for half-done replacements until the signal aborts; other replicas may have left some. */
export async function keepSuperseding(context: IssueContext, signal: AbortSignal): Promise<void> {
  const { log } = context.runtime;
  while (!signal.aborted) {
    try {
      await delay(LOOK_EVERY_MS, undefined, { signal, ref: false });
      await recoverSuperseding(context);
    } catch (error) {
      if (!signal.aborted) log.warn({ error }, "superseding waits: the store cannot serve now");
    }
  }
}
