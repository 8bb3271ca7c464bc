import type { CertificateRecord } from "../../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { isFinal, isReachable } from "../../domain/certificate-state.ts";
import { untilStored } from "../../store/compare-and-set.ts";
import { insertNew } from "../../store/insert-new.ts";
import type { Collection } from "../../store/port.ts";
import { isCount } from "../wire/signed-event.ts";
import type { ArchivedCertificate } from "./archived-certificate.ts";
import { stateText } from "./state-text.ts";
import { isReadable, recordIn } from "./stored-record.ts";

/** Two records of one node under one identifier that both hold: neither replaces the other. */
export interface Fork {
  /**
   * `certificate`: two certificates, which differ in message, signature, time of issue or files. `history`: one certificate in two states that
   * cannot follow from each other.
   */
  forked: "certificate" | "history";
  why: string;
  found: ArchivedCertificate;
  document: ArchivedCertificate;
}

/**
 * What became of a record. `older`: a newer revision was there already. `conflict`: it cannot be what the issuer keeps. `displaced`: it took the
 * place of one that does not hold. A fork changes nothing either: see `Forks`.
 */
export type Kept =
  | "new"
  | "newer"
  | "same"
  | "older"
  | { displaced: ArchivedCertificate }
  | { conflict: string }
  | Fork;

/** Whether a record that is kept may be believed; see `RecordJudge`. */
export type Holds = (record: CertificateRecord) => Promise<boolean>;

/**
 * Keeps a document unless what is there stays. An identifier belongs to whoever might issue it, and not to whoever came first: what
 * was kept of another node, or with another message, stays only if it `holds`. Nothing changes a certificate in a way in which
 * its issuer cannot: what was revoked never becomes issued. That a second record of it is known goes on with what takes its place.
 */
export async function keepDocument(
  collection: Collection<ArchivedCertificate>,
  document: ArchivedCertificate,
  holds: Holds,
): Promise<Kept> {
  return untilStored(async (): Promise<Kept | undefined> => {
    const found = await collection.get(document._id);
    if (!found) return (await insertNew(collection, document)) ? "new" : undefined;
    const next = await weigh(found, document, holds);
    const displaces = typeof next === "object" && "displaced" in next;
    if (next !== "newer" && !displaces) return next;
    const { forkedSince } = found;
    const kept = { ...document, revision: found.revision, ...(!displaces && forkedSince && { forkedSince }) };
    return (await collection.replace(kept)) && next;
  });
}

/** What a document is beside the one that is kept, without changing anything. Another certificate is told before an older revision is. */
export async function weigh(found: ArchivedCertificate, document: ArchivedCertificate, holds: Holds): Promise<Kept> {
  if (!isReadable(found)) return besidesDamaged(found, document);
  const conflict = `the certificate belongs to node ${found.node}`;
  if (found.node !== document.node) return (await holds(recordIn(found))) ? { conflict } : { displaced: found };
  if (found.fixedDigest === document.fixedDigest) return inOneHistory(found, document);
  if (!(await holds(recordIn(found)))) return { displaced: found };
  const why = "message, signature or files differ from those of a record that holds as well";
  return { forked: "certificate", why, found, document };
}

/** Each revision is one change of state. */
function inOneHistory(found: ArchivedCertificate, document: ArchivedCertificate): Kept {
  const revisions = document.recordRevision - found.recordRevision;
  if (revisions === 0 && found.payloadSha256 === document.payloadSha256) return "same";
  const [kept, came] = [recordIn(found), recordIn(document)].map(({ state }) => stateText(state)) as [State, State];
  // Two ways to the same end are worth the same.
  const ended = kept === came && isFinal(kept);
  if (revisions > 0 && (ended || isReachable(kept, came, revisions))) return "newer";
  if (revisions < 0 && (ended || isReachable(came, kept, -revisions))) return "older";
  const why =
    revisions === 0
      ? `revision ${found.recordRevision} came with another content before`
      : `what is ${kept} at revision ${found.recordRevision} cannot be ${came} at ${document.recordRevision}`;
  // What it is worth is not in question where both say the same.
  return kept === came ? { conflict: why } : { forked: "history", why, found, document };
}

type State = ReturnType<typeof stateText>;

/** Of two histories the archive shows the one that takes more away, until somebody has decided. */
export function isGraver(one: ArchivedCertificate, other: ArchivedCertificate): boolean {
  const grave = ({ state }: ArchivedCertificate) => (isFinal(state) ? 2 : state === "suspended" ? 1 : 0);
  return grave(one) > grave(other);
}

/** What is damaged gives way to what its issuer sends, but never to another node's, an older one, or a way out of a final state. */
function besidesDamaged(found: ArchivedCertificate, document: ArchivedCertificate): Kept {
  if (typeof found.node === "string" && found.node !== document.node)
    return { conflict: `the certificate belongs to node ${found.node}` };
  if (isCount(found.recordRevision) && found.recordRevision > document.recordRevision) return "older";
  if (isFinal(found.state) && found.state !== document.state)
    return { conflict: `the certificate was ${found.state}, and its stored record cannot be read` };
  return "newer";
}
