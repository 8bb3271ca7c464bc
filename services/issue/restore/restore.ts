import { sha256Hex } from "../../domain/canonical.ts";
import { Refusal } from "../../domain/refusal.ts";
import { untilStored } from "../../store/compare-and-set.ts";
import { DuplicateKey } from "../../store/port.ts";
import type { IssueContext } from "../context.ts";
import { type CertificateDocument, changedOf } from "../record/certificate.ts";
import type { JudgedRecord } from "./restored.ts";
import { beside } from "./restored.ts";
import { documentsMissing, missingFiles, requireFaces } from "./restored-files.ts";
import { type BesideSettled, besideSettled, lostParts, recordSha256, requireNothingWaits } from "./settled.ts";

/** What became of a record that came back. */
export interface Restored {
  outcome: BesideSettled["outcome"];
  /** Digests of its files that are not here; none where nothing is to be done. */
  missing: string[];
}

/** Writers that may come in between, and certificates that may stand in the way. */
const TRIES = 5;

/**
 * Takes back a judged record of this node: nothing is changed where what is here is the same or later. An evidence line is durable
 * before the certificate is. No event is made for it: whoever kept the record has it. For what the province has settled see
 * {@link besideSettled}. `look`: only tells what would become of it. Throws `DOCUMENT_MISSING` while files are not here, `SIGNATURE_INVALID`
 * where one is not what was signed, `IDENTIFIER_FORKED` and `STATE_CONFLICT` where another certificate stands under the identifier, the
 * business serial or the number.
 */
export async function restoreCertificate(
  context: IssueContext,
  judged: JudgedRecord,
  { look }: { look: boolean },
): Promise<Restored> {
  const { certificates, runtime } = context;
  const { record, state } = judged;
  const { identifier } = record;
  const stands = await context.forked.standing(identifier);
  const settledFor = stands === recordSha256(record) ? stands : undefined;
  const step = async (): Promise<Restored | undefined> => {
    const found = await certificates.get(identifier);
    const next = settledFor ? besideSettled(found, judged, settledFor, context) : beside(found, judged, runtime.now());
    if (!("document" in next)) return { ...next, missing: [] };
    const { outcome, document } = next;
    const missing = await missingFiles(runtime.store.blobs, record);
    if (look) return { outcome, missing };
    if (missing.length > 0) throw documentsMissing(identifier, missing);
    if (settledFor) requireNothingWaits(found);
    await requireFaces(context, judged);
    const told = { identifier, outcome, state, revision: Number(record.revision), ...(settledFor && { settledFor }) };
    const lost = outcome === "exchanged" && found && { lost: lostParts(found) };
    const messageSha256 = sha256Hex(record.message);
    await runtime.evidence.append("certificate-restoring", { ...told, messageSha256, ...lost });
    if (!(await stored(context, document, outcome))) return undefined;
    if (lost) runtime.log.warn(told, "the record for which the province has settled took the place of the one here");
    context.bell.ring();
    return { outcome, missing: [] };
  };
  const spent = () => {
    const told = { retryAfterMs: 500, metadata: { identifier } };
    throw new Refusal("REVISION_CONFLICT", `certificate ${identifier} is being changed`, told);
  };
  return untilStored(step, { tries: TRIES, spent });
}

/** Stores it; `false` where somebody else wrote meanwhile, or what stood in the way has given way. */
async function stored(
  context: IssueContext,
  document: CertificateDocument,
  outcome: Restored["outcome"],
): Promise<boolean> {
  const { certificates } = context;
  try {
    if (outcome !== "restored") return (await certificates.replace(document)) !== undefined;
    await certificates.insert(document);
    return true;
  } catch (error) {
    if (!(error instanceof DuplicateKey)) throw error;
    if (error.index !== "_id") await giveWay(context, document, error.index);
    return false;
  }
}

/**
 * What holds the serial or the number of an issued certificate, and was never signed, cannot have stayed so: an intent was removed, what
 * was made was discarded, or the other could not have been issued. The older copy does not know, and does it now.
 */
async function giveWay(context: IssueContext, document: CertificateDocument, index: string): Promise<void> {
  const { certificates, runtime } = context;
  const { app, businessSerial, itemCode, number, version } = document;
  const other =
    index === "serial"
      ? await certificates.bySerial(app, businessSerial)
      : (await certificates.query({ index, equals: [itemCode, number, version], limit: 1 })).items[0];
  if (!other) return;
  const removable = other.state === "making";
  if (!removable && !(index === "number" && other.state === "made"))
    throw new Refusal("STATE_CONFLICT", `certificate ${document._id}: its ${index} belongs to ${other._id} here`, {
      metadata: { identifier: document._id, other: other._id, state: other.state },
    });
  await runtime.evidence.append("certificate-gave-way", {
    identifier: other._id,
    state: other.state,
    to: document._id,
  });
  if (removable) return void (await certificates.remove(other));
  const cause = `证照编号属于 ${document._id}`;
  const { numberHeld: _free, ...discarded } = changedOf(other, {
    to: "discarded",
    cause,
    by: app,
    now: runtime.now(),
  });
  await certificates.replace(discarded);
}
