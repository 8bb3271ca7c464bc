import { toBinary } from "@bufbuild/protobuf";
import type { ArchiveWanted } from "../../../proto/gen/ecert/sync/v1/archive_read_service_pb.ts";
import {
  type CertificateRecord,
  CertificateRecordSchema,
} from "../../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { sha256Hex } from "../../domain/canonical.ts";
import { endedBefore, shanghaiDay } from "../../domain/civil-date.ts";
import { instantOf } from "../../domain/instant.ts";
import { recordDigest } from "../../domain/merkle.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { Runtime } from "../../node/runtime.ts";
import type { ArchiveReach } from "../../record/archive-wanted.ts";
import { changeStored, untilStored } from "../../store/compare-and-set.ts";
import type { Page } from "../../store/port.ts";
import { safe } from "../wire/signed-event.ts";
import { type ArchiveDigests, createArchiveDigests } from "./archive-digests.ts";
import { ARCHIVE, type ArchivedCertificate } from "./archived-certificate.ts";
import { foundBy } from "./found-by.ts";
import { type HolderPage, type HolderWanted, holderPage } from "./holder-page.ts";
import { type Holds, type Kept, keepDocument } from "./keep-record.ts";
import { searchArchived } from "./search.ts";
import { stateText } from "./state-text.ts";
import { createArchiveRows } from "./stored-record.ts";

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
  /** What staff look for, a page; see {@link searchArchived}. */
  search(
    asked: { wanted: ArchiveWanted; reach: ArchiveReach },
    page: { orderBy: string; limit: number; after?: string },
  ): Promise<Page<CertificateRecord>>;
  /**
   * Identifiers of certificates in a state, of whatever node; a page. `limit` is 1–1000. Those whose last day of validity lies
   * before `exceptEndedBefore` (a civil date; empty: none) are left out, so a page may have none and still not be the last.
   */
  inState(
    state: string,
    page: { limit: number; after?: string; exceptEndedBefore?: string },
  ): Promise<{ identifiers: string[]; next?: string }>;
  /** Identifiers of certificates in force of which a second record is known; a page, as of {@link inState}. */
  forked(page: {
    limit: number;
    after?: string;
    exceptEndedBefore?: string;
  }): Promise<{ identifiers: string[]; next?: string }>;
  /** Notes, or takes back, that a second record of a certificate is known. */
  mark(identifier: string, since: string | undefined): Promise<void>;
  /**
   * Puts a document in the place of another one that is archived under its identifier, though it does not follow from it: somebody has decided so.
   * Throws `REVISION_CONFLICT` where that one is archived no longer: nobody has decided about what took its place.
   */
  put(document: ArchivedCertificate, over: ArchivedCertificate): Promise<void>;
  /** Identifiers of a node's certificates that are set aside because they cannot be read, all of them, and how many there are. */
  unreadable(node: string): Promise<{ count: number; keys: string[] }>;
  /**
   * Keeps a record durably unless a newer revision is there. The same record twice is once. What never changes of a
   * certificate must not change, one revision must not have two contents, and no state may follow that the issuer could not
   * bring about: these are conflicts or forks and change nothing, unless what is kept does not hold. What is kept and cannot be
   * read is replaced by the same revision or a newer one. `forked_since` of what comes is not read.
   */
  keep(record: CertificateRecord, receivedAt: Date, holds: Holds): Promise<Kept>;
}

/** Opens the archive. */
export async function openArchive({ store, setAside }: Pick<Runtime, "store" | "setAside">): Promise<Archive> {
  const collection = await store.collection<ArchivedCertificate>(ARCHIVE);
  const rows = createArchiveRows(collection, setAside);
  const digests = createArchiveDigests(collection, rows);

  /** What cannot be read stays listed in the state that it is found by: to forget a revocation would be worse. */
  async function notOver(items: readonly ArchivedCertificate[], exceptEndedBefore: string): Promise<string[]> {
    const read = await rows.records.pairs(items);
    const over = read.filter(([, { validTo }]) => endedBefore(exceptEndedBefore, validTo));
    const left = new Set(over.map(([{ _id }]) => _id));
    return items.map(({ _id }) => _id).filter((identifier) => !left.has(identifier));
  }

  return {
    digests,
    stored: (identifier) => collection.get(identifier),
    async get(identifier) {
      const found = await collection.get(identifier);
      return found && rows.records.one(found);
    },
    ofHolder: (holder, page) => holderPage(collection, rows, holder, page),
    search: (asked, page) => searchArchived(collection, rows, asked, page),
    async inState(state, { exceptEndedBefore = "", ...page }) {
      const { items, next } = await collection.query({ index: "state", equals: [state], ...page });
      return { identifiers: await notOver(items, exceptEndedBefore), ...(next !== undefined && { next }) };
    },
    async forked({ exceptEndedBefore = "", ...page }) {
      const { items, next } = await collection.query({ index: "forked", ...page });
      const inForce = items.filter(({ state }) => state === "issued");
      return { identifiers: await notOver(inForce, exceptEndedBefore), ...(next !== undefined && { next }) };
    },
    async mark(identifier, since) {
      await changeStored(collection, identifier, (found): ArchivedCertificate | undefined => {
        if (!found || found.forkedSince === since) return undefined;
        const { forkedSince: _, ...bare } = found;
        return { ...bare, ...(since !== undefined && { forkedSince: since }) };
      });
    },
    async put(document, over) {
      const replaced = await untilStored(async () => {
        const found = await collection.get(document._id);
        if (found?.payloadSha256 !== over.payloadSha256)
          throw new Refusal("REVISION_CONFLICT", `certificate ${document._id}: another record has come meanwhile`, {
            retryAfterMs: 500,
            metadata: { identifier: document._id },
          });
        return (await collection.replace({ ...document, revision: found.revision })) && found;
      });
      digests.changed(replaced.node, replaced.bucket);
      digests.changed(document.node, document.bucket);
    },
    unreadable: (node) => setAside.keysOf("archive", ARCHIVE.name, node),
    async keep(record, receivedAt, holds) {
      const document = archivedOf(record, receivedAt);
      const kept = await keepDocument(collection, document, holds);
      const displaced = typeof kept === "object" && "displaced" in kept ? kept.displaced : undefined;
      if (displaced) digests.changed(displaced.node, displaced.bucket);
      if (displaced || kept === "new" || kept === "newer") {
        digests.changed(document.node, document.bucket);
        await setAside.cleared({ place: "archive", source: ARCHIVE.name, node: document.node, key: document._id });
      }
      return kept;
    },
  };
}

/** A record as it is archived. That a second one is known is not part of it. Throws `INVALID_FIELD` for a state that no archived certificate has. */
export function archivedOf(record: CertificateRecord, receivedAt: Date): ArchivedCertificate {
  const revision = safe(record.revision);
  const messageSha256 = sha256Hex(record.message);
  const state = stateText(record.state);
  // Encoded here: what came by an event and what was fetched for a repair then have the same bytes.
  const payload = toBinary(CertificateRecordSchema, { ...record, forkedSince: "" });
  const files = record.files.map(({ format, sha256 }) => `${format}:${sha256}`);
  return {
    _id: record.identifier,
    revision: 1,
    node: record.node,
    bucket: shanghaiDay(new Date(instantOf(record.issuedAt))),
    recordRevision: revision,
    holderKeys: [...new Set(record.holders.map(({ codeType, code }) => `${codeType}:${code}`))],
    state,
    digest: recordDigest({ identifier: record.identifier, revision, state, messageSha256 }),
    fixedDigest: sha256Hex([messageSha256, sha256Hex(record.messageCms), record.issuedAt, ...files].join("|")),
    payloadSha256: sha256Hex(payload),
    record: Buffer.from(payload).toString("base64"),
    receivedAt: receivedAt.toISOString(),
    ...foundBy(record),
  };
}
