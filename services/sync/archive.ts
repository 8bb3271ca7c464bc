import { toBinary } from "@bufbuild/protobuf";
import {
  type CertificateRecord,
  CertificateRecordSchema,
} from "../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { sha256Hex } from "../domain/canonical.ts";
import { endedBefore, shanghaiDay } from "../domain/civil-date.ts";
import { recordDigest } from "../domain/merkle.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { type Collection, type CollectionSpec, DuplicateKey, type Stored } from "../store/port.ts";
import { type ArchiveDigests, createArchiveDigests } from "./archive-digests.ts";
import { type HolderPage, type HolderWanted, holderPage } from "./holder-page.ts";
import { isCount, safe } from "./signed-event.ts";
import { stateText } from "./state-text.ts";
import { createArchiveRows, isReadable } from "./stored-record.ts";

/** A certificate of another node. `_id` is its identifier; the record is kept whole. */
export interface ArchivedCertificate extends Stored {
  /** Node that issued it. */
  node: string;
  /** Shanghai day of issue. */
  bucket: string;
  /** Revision at the issuer. */
  recordRevision: number;
  /** `<code type>:<code>` of each holder. */
  holderKeys: string[];
  /** `issued`, `suspended`, `revoked` or `superseded`. */
  state: string;
  /** Digest that archives compare. */
  digest: string;
  /** Digest of what never changes: the data message, its signature, the files. */
  fixedDigest: string;
  payloadSha256: string;
  /** `CertificateRecord`, base64. */
  record: string;
  /** RFC 3339. */
  receivedAt: string;
}

/** The collection of other nodes' certificates. */
export const ARCHIVE: CollectionSpec = {
  name: "archive",
  indexes: [
    { name: "bucket", fields: ["node", "bucket"] },
    { name: "holder", fields: ["holderKeys"] },
    { name: "state", fields: ["state"] },
  ],
};

/** What became of a record. `older`: a newer revision was there already. `conflict`: it cannot be what the issuer keeps. */
export type Kept = "new" | "newer" | "same" | "older" | { conflict: string };

/** Archive of other nodes' certificates (证照库, 4.6). */
export interface Archive {
  readonly digests: ArchiveDigests;
  /** Throws `RECORD_UNREADABLE` where what is kept cannot be read. Lists leave it out. */
  get(identifier: string): Promise<CertificateRecord | undefined>;
  /** Stored form, for those who must know what is there before they check what came. */
  stored(identifier: string): Promise<ArchivedCertificate | undefined>;
  /**
   * Records of a holder, newest first; a page. `limit` is 1 or more, `after` the place that the page before ended with. However many a
   * holder has, no more than a page of them is held in memory. Throws `INVALID_FIELD` for a cursor that is no place.
   */
  ofHolder(holder: HolderWanted, page: { limit: number; after?: string }): Promise<HolderPage>;
  /**
   * Identifiers of certificates in a state, of whatever node; a page. `limit` is 1–1000. Those whose last day of validity lies
   * before `exceptEndedBefore` (a civil date; empty: none) are left out, so a page may have none and still not be the last.
   */
  inState(
    state: string,
    page: { limit: number; after?: string; exceptEndedBefore?: string },
  ): Promise<{ identifiers: string[]; next?: string }>;
  /**
   * Keeps a record durably unless a newer revision is there. The same record twice is once. What never changes of a
   * certificate must not change, and one revision must not have two contents: both are conflicts and change nothing. What is
   * kept and cannot be read is replaced by the same revision or a newer one.
   */
  keep(record: CertificateRecord, receivedAt: Date): Promise<Kept>;
}

/** Opens the archive. */
export async function openArchive({ store, setAside }: Pick<Runtime, "store" | "setAside">): Promise<Archive> {
  const collection = await store.collection<ArchivedCertificate>(ARCHIVE);
  const rows = createArchiveRows(collection, setAside);
  const digests = createArchiveDigests(collection, rows);
  return {
    digests,
    stored: (identifier) => collection.get(identifier),
    async get(identifier) {
      const found = await collection.get(identifier);
      return found && rows.records.one(found);
    },
    ofHolder: (holder, page) => holderPage(collection, rows, holder, page),
    async inState(state, { exceptEndedBefore = "", ...page }) {
      const { items, next } = await collection.query({ index: "state", equals: [state], ...page });
      // What cannot be read stays listed in the state that it is found by: to forget a revocation would be worse.
      const over = (await rows.records.pairs(items)).filter(([, { validTo }]) =>
        endedBefore(exceptEndedBefore, validTo),
      );
      const left = new Set(over.map(([{ _id }]) => _id));
      const identifiers = items.map(({ _id }) => _id).filter((identifier) => !left.has(identifier));
      return { identifiers, ...(next !== undefined && { next }) };
    },
    async keep(record, receivedAt) {
      const document = archivedOf(record, receivedAt);
      const kept = await put(collection, document);
      if (kept === "new" || kept === "newer") {
        digests.changed(document.node, document.bucket);
        await setAside.cleared({ place: "archive", source: ARCHIVE.name, node: document.node, key: document._id });
      }
      return kept;
    },
  };
}

async function put(collection: Collection<ArchivedCertificate>, document: ArchivedCertificate): Promise<Kept> {
  for (;;) {
    const found = await collection.get(document._id);
    if (!found) {
      try {
        await collection.insert(document);
        return "new";
      } catch (error) {
        if (!(error instanceof DuplicateKey)) throw error;
        continue;
      }
    }
    if (!isReadable(found)) {
      const stays = staysThough(found, document);
      if (stays) return stays;
      if (await collection.replace({ ...document, revision: found.revision })) return "newer";
      continue;
    }
    if (found.node !== document.node) return { conflict: `the certificate belongs to node ${found.node}` };
    if (found.fixedDigest !== document.fixedDigest)
      return { conflict: "message, signature or files differ from those of an earlier revision" };
    if (found.recordRevision > document.recordRevision) return "older";
    if (found.recordRevision === document.recordRevision) {
      if (found.payloadSha256 === document.payloadSha256) return "same";
      return { conflict: `revision ${found.recordRevision} came with another content before` };
    }
    if (await collection.replace({ ...document, revision: found.revision })) return "newer";
  }
}

/** What is damaged gives way to what its issuer sends, but never to another node's, an older one, or a way out of a final state. */
function staysThough(found: ArchivedCertificate, document: ArchivedCertificate): Kept | undefined {
  if (typeof found.node === "string" && found.node !== document.node)
    return { conflict: `the certificate belongs to node ${found.node}` };
  if (isCount(found.recordRevision) && found.recordRevision > document.recordRevision) return "older";
  if (FINAL.has(found.state) && found.state !== document.state)
    return { conflict: `the certificate was ${found.state}, and its stored record cannot be read` };
  return undefined;
}

const FINAL: ReadonlySet<string> = new Set(["revoked", "superseded"]);

function archivedOf(record: CertificateRecord, receivedAt: Date): ArchivedCertificate {
  const revision = safe(record.revision);
  const messageSha256 = sha256Hex(record.message);
  const state = stateText(record.state);
  // Encoded here: what came by an event and what was fetched for a repair then have the same bytes.
  const payload = toBinary(CertificateRecordSchema, record);
  const files = record.files.map(({ format, sha256 }) => `${format}:${sha256}`);
  return {
    _id: record.identifier,
    revision: 1,
    node: record.node,
    bucket: shanghaiDay(new Date(record.issuedAt)),
    recordRevision: revision,
    holderKeys: [...new Set(record.holders.map(({ codeType, code }) => `${codeType}:${code}`))],
    state,
    digest: recordDigest({ identifier: record.identifier, revision, state, messageSha256 }),
    fixedDigest: sha256Hex([messageSha256, sha256Hex(record.messageCms), record.issuedAt, ...files].join("|")),
    payloadSha256: sha256Hex(payload),
    record: Buffer.from(payload).toString("base64"),
    receivedAt: receivedAt.toISOString(),
  };
}
