import { toBinary } from "@bufbuild/protobuf";
import {
  type CertificateRecord,
  CertificateRecordSchema,
} from "../../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { type JsonObject, sha256Hex } from "../../domain/canonical.ts";
import { isFinal, isReachable } from "../../domain/certificate-state.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { IssueContext } from "../context.ts";
import { type CertificateDocument, wasIssued } from "../record/certificate.ts";
import { withRecordEvent } from "../record/record.ts";
import { isFollowed } from "./forked.ts";
import { inStateOf, isSameCertificate, type JudgedRecord, restoredAs, weighed } from "./restored.ts";

/** What becomes of a record for which the province has settled. `noted`: it is here, or what has come of it, and the province is told so. */
export type BesideSettled = Placed | { outcome: "same" | "newer" };

interface Placed {
  outcome: "restored" | "advanced" | "exchanged" | "noted";
  document: CertificateDocument;
}

/** What names a record where it is settled for one: as archives encode it. */
export function recordSha256(record: CertificateRecord): string {
  return sha256Hex(toBinary(CertificateRecordSchema, { ...record, forkedSince: "" }));
}

/**
 * What becomes of a judged record for which the province has settled beside what stands here: it takes the place of another certificate, and of
 * another history of the same, except of one that has ended, unless it has ended as well. What comes after it here stays. Once, an event tells
 * the province that it stands here. Throws `STATE_CONFLICT` where the certificate would be in force again.
 */
export function besideSettled(
  found: CertificateDocument | undefined,
  judged: JudgedRecord,
  settledFor: string,
  { publishes, runtime }: Pick<IssueContext, "publishes" | "runtime">,
): BesideSettled {
  const now = runtime.now();
  if (found && isFollowed(found, settledFor))
    return { outcome: found.changes === Number(judged.record.revision) ? "same" : "newer" };
  const { outcome, document } = placed(found, judged, now);
  const marked = { ...document, settledFor };
  return { outcome, document: publishes ? withRecordEvent(marked, now.toISOString()) : marked };
}

function placed(found: CertificateDocument | undefined, judged: JudgedRecord, now: Date): Placed {
  const next = weighed(found, judged, now);
  if ("document" in next) return next;
  if (!found) return { outcome: "restored", document: restoredAs(judged, now) };
  const same = found.signed !== undefined && isSameCertificate(found, judged);
  if (!("conflict" in next) && (found.state === judged.state || follows(found, judged)))
    return { outcome: "noted", document: found };
  if (!same) return { outcome: "exchanged", document: { ...restoredAs(judged, now), revision: found.revision } };
  requireNothingGivenBack(found, judged);
  return { outcome: "exchanged", document: inStateOf(found, judged, now) };
}

/** Whether what is here can have come of the record. */
function follows({ state, changes }: CertificateDocument, judged: JudgedRecord): boolean {
  return isReachable(judged.state, state, changes - Number(judged.record.revision));
}

function requireNothingGivenBack({ _id: identifier, state }: CertificateDocument, judged: JudgedRecord): void {
  if (!isFinal(state) || isFinal(judged.state)) return;
  const message = `certificate ${identifier} was ${state} here, and would be ${judged.state} again`;
  throw new Refusal("STATE_CONFLICT", `${message}: it stays so; what shall be valid again is issued anew`, {
    metadata: { identifier, state },
  });
}

/**
 * Holds that no event of the certificate waits for a receipt: what is sent of the record that stands may have the same key, and a number that
 * was given to an event which then never comes would be a gap. Throws `IDENTIFIER_FORKED`.
 */
export function requireNothingWaits(found: CertificateDocument | undefined): void {
  if (found?.pending === undefined) return;
  const description = "an event of the other record waits for its receipt";
  throw new Refusal("IDENTIFIER_FORKED", `certificate ${found._id}: ${description}`, {
    fields: [
      {
        field: "identifier",
        description,
        remedy: "none is needed: it is taken over behind that",
        localized: "另一份记录的事件尚待回执，回执后自动采纳，无需处理",
      },
    ],
    metadata: { identifier: found._id },
  });
}

/** What evidence keeps of a certificate whose place another takes; its files stay. */
export function lostParts(found: CertificateDocument): JsonObject {
  const { state, changes: revision, app, businessSerial, message } = found;
  const lost = { state, revision, app, businessSerial, messageSha256: sha256Hex(message) };
  if (!wasIssued(found)) return lost;
  const { issuedAt, messageCms, pdfSha256, ofdSha256 } = found.signed;
  const messageCmsSha256 = sha256Hex(Buffer.from(messageCms, "base64"));
  return { ...lost, issuedAt, messageCmsSha256, pdfSha256, ...(ofdSha256 !== undefined && { ofdSha256 }) };
}
