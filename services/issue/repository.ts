import type { CertificateState } from "../domain/certificate-state.ts";
import { Refusal } from "../domain/refusal.ts";
import { PENDING_INDEX } from "../runtime/outbox.ts";
import type { Collection, CollectionSpec, Page, Query, Store } from "../store/port.ts";
import type { CertificateDocument } from "./certificate.ts";

/** The collection of certificates that this node issues. */
export const CERTIFICATES: CollectionSpec = {
  name: "certificates",
  indexes: [
    // The one gate of making: whoever comes second finds the first.
    { name: "serial", fields: ["app", "businessSerial"], unique: true },
    { name: "number", fields: ["itemCode", "numberHeld", "version"], unique: true },
    { name: "line", fields: ["line", "version"] },
    { name: "app", fields: ["app", "createdAt"] },
    { name: "state", fields: ["app", "state", "createdAt"] },
    { name: "holder", fields: ["holderKeys"] },
    { name: "bucket", fields: ["bucket"] },
    // Sparse: only what was issued has a bucket.
    { name: "recordState", fields: ["state", "bucket"] },
    { name: "bucketChange", fields: ["bucket", "recordChangedAt"] },
    { name: "superseding", fields: ["superseding"] },
    PENDING_INDEX,
  ],
};

/** Writers that may come in between before an update gives up. Far beyond what happens to one certificate. */
const UPDATE_TRIES = 20;

/** The certificates of this node. Every write is durable when it resolves, and compare-and-set. */
export interface CertificateRepository {
  readonly collection: Collection<CertificateDocument>;
  bySerial(app: string, businessSerial: string): Promise<CertificateDocument | undefined>;
  get(identifier: string): Promise<CertificateDocument | undefined>;
  /** The highest version of a certificate that was ever begun, discarded ones included. */
  newestOf(line: string): Promise<CertificateDocument | undefined>;
  /** Stores a new certificate. Throws `DuplicateKey`. */
  insert(document: CertificateDocument): Promise<void>;
  /** Stores the next revision, or resolves to `undefined` if somebody else wrote in between. */
  replace(document: CertificateDocument): Promise<CertificateDocument | undefined>;
  /** Removes an intent from which nothing came. */
  remove(document: CertificateDocument): Promise<boolean>;
  /**
   * Applies `change` to the stored certificate, again on what a concurrent writer stored. `change` returns `undefined`
   * where there is nothing to do (the certificate is then returned as it is) and throws to refuse.
   */
  update(
    identifier: string,
    change: (document: CertificateDocument) => CertificateDocument | undefined,
  ): Promise<CertificateDocument | undefined>;
  /** An app's certificates, newest first. */
  list(app: string, state: CertificateState | undefined, page: Paging): Promise<Page<CertificateDocument>>;
  query(query: Query): Promise<Page<CertificateDocument>>;
}

/** Which part of a list is wanted. */
export interface Paging {
  limit: number;
  after?: string;
}

/** Opens the collection and creates its indexes. */
export async function openRepository(store: Store): Promise<CertificateRepository> {
  const collection = await store.collection<CertificateDocument>(CERTIFICATES);

  async function first(query: Omit<Query, "limit">): Promise<CertificateDocument | undefined> {
    return (await collection.query({ ...query, limit: 1 })).items[0];
  }

  return {
    collection,
    bySerial: (app, businessSerial) => first({ index: "serial", equals: [app, businessSerial] }),
    get: (identifier) => collection.get(identifier),
    newestOf: (line) => first({ index: "line", equals: [line], descending: true }),
    insert: (document) => collection.insert(document),
    replace: (document) => collection.replace(document),
    remove: ({ _id, revision }) => collection.remove(_id, revision),

    async update(identifier, change) {
      for (let tries = 0; tries < UPDATE_TRIES; tries++) {
        const document = await collection.get(identifier);
        if (!document) return undefined;
        const changed = change(document);
        if (!changed) return document;
        const stored = await collection.replace(changed);
        if (stored) return stored;
      }
      throw new Refusal("REVISION_CONFLICT", `certificate ${identifier} is being changed by others; try again`, {
        retryAfterMs: 500,
        metadata: { identifier },
      });
    },

    list: (app, state, page) =>
      collection.query({
        ...(state ? { index: "state", equals: [app, state] } : { index: "app", equals: [app] }),
        descending: true,
        ...page,
      }),
    query: (query) => collection.query(query),
  };
}

/** Refuses an identifier or serial that the app does not own, in the same words as one that does not exist. */
export function requireOwn(document: CertificateDocument | undefined, app: string, name: string): CertificateDocument {
  if (document?.app === app) return document;
  throw new Refusal("CERTIFICATE_UNKNOWN", `app ${app} has no certificate ${name}`, {
    metadata: { app, certificate: name },
  });
}
