import type { CollectionSpec, Stored } from "../../store/port.ts";

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
  /**
   * What staff look for it by: issuer and its division, place in lists, item, number; see `found-by.ts`. Absent in documents of before until they are
   * completed.
   */
  issuer?: string;
  division?: string;
  place?: string;
  item?: string;
  number?: string;
  /** Since when a second record under the identifier is known, RFC 3339: what is kept may not be what stands. Absent: none is. */
  forkedSince?: string;
}

/** The collection of other nodes' certificates. */
export const ARCHIVE: CollectionSpec = {
  name: "archive",
  indexes: [
    { name: "bucket", fields: ["node", "bucket"] },
    { name: "holder", fields: ["holderKeys"], many: true },
    { name: "state", fields: ["state"] },
    { name: "forked", fields: ["forkedSince"] },
    { name: "issuer", fields: ["issuer", "place"] },
    { name: "division", fields: ["division", "place"] },
    // What lists are sorted by: by when they were issued, as `place` begins, the two above.
    { name: "issuerNumber", fields: ["issuer", "number"] },
    { name: "divisionNumber", fields: ["division", "number"] },
    { name: "number", fields: ["item", "number"] },
  ],
  // What is verified in several places within minutes.
  remembered: 1_000,
};
