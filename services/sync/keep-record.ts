import type { CertificateRecord } from "../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { isReachable } from "../domain/certificate-state.ts";
import { insertNew } from "../store/insert-new.ts";
import type { Collection } from "../store/port.ts";
import type { ArchivedCertificate } from "./archive.ts";
import { isCount } from "./signed-event.ts";
import { stateText } from "./state-text.ts";
import { isReadable, recordIn } from "./stored-record.ts";

/**
 * What became of a record. `older`: a newer revision was there already. `conflict`: it cannot be what the issuer keeps. `displaced`: it took the
 * place of one that does not hold.
 */
export type Kept = "new" | "newer" | "same" | "older" | { displaced: ArchivedCertificate } | { conflict: string };

/** Whether a record that is kept may be believed; see `RecordJudge`. */
export type Holds = (record: CertificateRecord) => Promise<boolean>;

/**
 * Keeps a document unless what is there stays. An identifier belongs to whoever might issue it, and not to whoever came first: what
 * was kept of another node, or with another message, stays only if it `holds`. Nothing changes a certificate in a way in which
 * its issuer cannot: what was revoked never becomes issued.
 */
export async function keepDocument(
  collection: Collection<ArchivedCertificate>,
  document: ArchivedCertificate,
  holds: Holds,
): Promise<Kept> {
  for (;;) {
    const found = await collection.get(document._id);
    if (!found) {
      if (await insertNew(collection, document)) return "new";
      continue;
    }
    const next = isReadable(found) ? await besides(found, document, holds) : besidesDamaged(found, document);
    const replaces = next === "newer" || (typeof next === "object" && "displaced" in next);
    if (!replaces || (await collection.replace({ ...document, revision: found.revision }))) return next;
  }
}

async function besides(found: ArchivedCertificate, document: ArchivedCertificate, holds: Holds): Promise<Kept> {
  const conflict = differing(found, document);
  if (conflict !== undefined) return (await holds(recordIn(found))) ? { conflict } : { displaced: found };
  const revisions = document.recordRevision - found.recordRevision;
  if (revisions < 0) return "older";
  if (revisions === 0) {
    if (found.payloadSha256 === document.payloadSha256) return "same";
    return { conflict: `revision ${found.recordRevision} came with another content before` };
  }
  const [before, after] = [recordIn(found), recordIn(document)].map(({ state }) => stateText(state));
  // Each revision is one change of state.
  if (before && after && isReachable(before, after, revisions)) return "newer";
  return {
    conflict: `what is ${before} at revision ${found.recordRevision} cannot be ${after} at ${document.recordRevision}`,
  };
}

function differing(found: ArchivedCertificate, document: ArchivedCertificate): string | undefined {
  if (found.node !== document.node) return `the certificate belongs to node ${found.node}`;
  if (found.fixedDigest === document.fixedDigest) return undefined;
  return "message, signature or files differ from those of an earlier revision";
}

/** What is damaged gives way to what its issuer sends, but never to another node's, an older one, or a way out of a final state. */
function besidesDamaged(found: ArchivedCertificate, document: ArchivedCertificate): Kept {
  if (typeof found.node === "string" && found.node !== document.node)
    return { conflict: `the certificate belongs to node ${found.node}` };
  if (isCount(found.recordRevision) && found.recordRevision > document.recordRevision) return "older";
  if (FINAL.has(found.state) && found.state !== document.state)
    return { conflict: `the certificate was ${found.state}, and its stored record cannot be read` };
  return "newer";
}

const FINAL: ReadonlySet<string> = new Set(["revoked", "superseded"]);
