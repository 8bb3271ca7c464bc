import { requireIdentifierFor } from "../../domain/certificate-identifier.ts";
import type { CertificateState } from "../../domain/certificate-state.ts";
import type { Reach } from "../../domain/permit.ts";
import { Refusal } from "../../domain/refusal.ts";
import { nodeOfAppKey } from "../../domain/sandbox.ts";
import { guardedCollection } from "../../event/guarded-collection.ts";
import { PENDING_INDEX } from "../../event/pending-events.ts";
import type { Runtime } from "../../node/runtime.ts";
import { changeStored } from "../../store/compare-and-set.ts";
import { mergedPage } from "../../store/merged-page.ts";
import type { Collection, CollectionSpec, Page, Query } from "../../store/port.ts";
import type { CertificateDocument } from "./certificate.ts";
import { checkDocument, isReadable } from "./check-document.ts";

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
    // What lists are sorted by: all of an app, and those in one state.
    { name: "appNumber", fields: ["app", "number"] },
    { name: "stateNumber", fields: ["app", "state", "number"] },
    { name: "appSince", fields: ["app", "stateSince"] },
    { name: "stateSince", fields: ["app", "state", "stateSince"] },
    // What staff of a department and of management bodies see.
    { name: "issuer", fields: ["issuer", "createdAt"] },
    { name: "division", fields: ["division", "createdAt"] },
    // What their lists, and those of the archive, are sorted by.
    { name: "issuerNumber", fields: ["issuer", "number"] },
    { name: "divisionNumber", fields: ["division", "number"] },
    { name: "issuerSince", fields: ["issuer", "stateSince"] },
    { name: "divisionSince", fields: ["division", "stateSince"] },
    { name: "issuerIssued", fields: ["issuer", "signed.issuedAt"] },
    { name: "divisionIssued", fields: ["division", "signed.issuedAt"] },
    // What lists find a certificate by in full.
    { name: "found", fields: ["foundBy"], many: true },
    { name: "holder", fields: ["holderKeys"], many: true },
    { name: "bucket", fields: ["bucket"] },
    // Sparse: only what was issued has a bucket.
    { name: "recordState", fields: ["state", "bucket"] },
    { name: "bucketChange", fields: ["bucket", "recordChangedAt"] },
    { name: "superseding", fields: ["superseding"] },
    // Sparse: only what somebody asked to change. One id of a caller stands for one change, whichever app made the certificate.
    { name: "request", fields: ["requests"], unique: true },
    PENDING_INDEX,
  ],
  // About 20 KB each: what is listed, verified, extracted and fetched for one case is read once.
  remembered: 1_000,
};

/** Writers that may come in between before an update gives up. Far beyond what happens to one certificate. */
const UPDATE_TRIES = 20;

/**
 * The certificates of this node. Every write is durable when it resolves, and compare-and-set. One that cannot be read is set
 * aside (place `archive`): lists leave it out, and who asks for it is refused with `RECORD_UNREADABLE`.
 */
export interface CertificateRepository {
  readonly collection: Collection<CertificateDocument>;
  /** The same unguarded, for the outbox alone. */
  readonly stored: Collection<CertificateDocument>;
  bySerial(app: string, businessSerial: string): Promise<CertificateDocument | undefined>;
  get(identifier: string): Promise<CertificateDocument | undefined>;
  /** The certificate that was changed by a request, by the request's digest, which holds who asked. */
  byRequest(request: string): Promise<CertificateDocument | undefined>;
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
  /** An app's certificates, by when each was begun unless another order is named; the newest first unless told otherwise. */
  list(
    app: string,
    state: CertificateState | undefined,
    page: Paging,
    by?: ListedBy,
  ): Promise<Page<CertificateDocument>>;
  /** Certificates of issuers within reach, by when each was begun unless another order is named; the newest first unless told otherwise. */
  within(reach: Reach, page: Paging, by?: ListedBy): Promise<Page<CertificateDocument>>;
  query(query: Query): Promise<Page<CertificateDocument>>;
  /**
   * Identifiers of what is in a state, by day of issue; a page. Left out is what `isOver` says. What cannot be read stays listed
   * in the state that it is found by: to forget a revocation would be worse.
   */
  inState(
    state: string,
    page: Paging,
    isOver: (document: CertificateDocument) => boolean,
  ): Promise<{ identifiers: string[]; next?: string }>;
}

/** What an app's certificates are listed by. */
export type ListedBy = "created" | "number" | "since";

const LISTED: Readonly<Record<ListedBy, readonly [all: string, inState: string]>> = {
  created: ["app", "state"],
  number: ["appNumber", "stateNumber"],
  since: ["appSince", "stateSince"],
};

const WITHIN: Readonly<Record<ListedBy, readonly [issuer: string, division: string]>> = {
  created: ["issuer", "division"],
  number: ["issuerNumber", "divisionNumber"],
  since: ["issuerSince", "divisionSince"],
};

/** Which part of a list is wanted. */
export interface Paging {
  limit: number;
  after?: string;
  /** In what order, where a list has two. */
  descending?: boolean;
}

/** Opens the collection and creates its indexes. */
export async function openRepository({
  store,
  setAside,
}: Pick<Runtime, "store" | "setAside">): Promise<CertificateRepository> {
  const stored = await store.collection<CertificateDocument>(CERTIFICATES);
  const parts = { collection: stored, setAside, place: "archive", source: CERTIFICATES.name } as const;
  const collection = guardedCollection<CertificateDocument>({ ...parts, check: checkDocument });
  const { first } = collection;

  return {
    collection,
    stored,
    bySerial: (app, businessSerial) => first({ index: "serial", equals: [app, businessSerial] }),
    get: (identifier) => collection.get(identifier),
    byRequest: (request) => first({ index: "request", equals: [request] }),
    newestOf: (line) => first({ index: "line", equals: [line], descending: true }),
    insert: (document) => collection.insert(document),
    replace: (document) => collection.replace(document),
    remove: ({ _id, revision }) => collection.remove(_id, revision),

    update(identifier, change) {
      const next = (document: CertificateDocument | undefined) => document && (change(document) ?? document);
      const spent = () => {
        const told = { retryAfterMs: 500, metadata: { identifier } };
        throw new Refusal("REVISION_CONFLICT", `certificate ${identifier} is being changed by others; try again`, told);
      };
      return changeStored(collection, identifier, next, { tries: UPDATE_TRIES, spent });
    },

    list(app, state, page, by = "created") {
      const [all, inState] = LISTED[by];
      const part = state ? { index: inState, equals: [app, state] } : { index: all, equals: [app] };
      return collection.query({ ...part, descending: true, ...page });
    },
    within(reach, page, by = "created") {
      const [index, division] = WITHIN[by];
      const paging = { descending: true, ...page };
      if (reach.kind === "department") return collection.query({ index, equals: [reach.department], ...paging });
      return mergedPage(collection, CERTIFICATES, { index: division, ...divisionsOf(reach), ...paging });
    },
    query: (query) => collection.query(query),

    async inState(state, page, isOver) {
      const { items, next } = await stored.query({ index: "recordState", equals: [state], ...page });
      const kept = items.filter((document) => !(isReadable(document) && isOver(document)));
      return { identifiers: kept.map(({ _id }) => _id), ...(next !== undefined && { next }) };
    },
  };
}

/** The divisions whose issuers' certificates staff meet who reach more than one department. */
function divisionsOf(reach: Exclude<Reach, { kind: "department" }>): { from?: string; to?: string } {
  if (reach.kind === "account") throw new Refusal("INTERNAL", "certificates belong to departments, not to accounts");
  return reach.kind === "all" ? {} : { from: reach.prefix, to: `${reach.prefix}:` };
}

/** Refuses an identifier or serial that the app does not own, in the same words as one that does not exist. */
export function requireOwn(
  document: CertificateDocument | undefined,
  app: string,
  { field, name }: CertificateName,
): CertificateDocument {
  if (document?.app === app) return document;
  if (field === "identifier" || field === "replaces") requireIdentifierFor(nodeOfAppKey(app), name, field);
  const description = `app ${app} has no certificate ${name}`;
  const remedy = "name one of the certificates that ListCertificates gives this app";
  throw new Refusal("CERTIFICATE_UNKNOWN", `${field}: ${description}`, {
    fields: [{ field, description, remedy, localized: `应用${app}没有证照${name}，请核对，或用ListCertificates查询` }],
    metadata: { app, certificate: name },
  });
}

/** How a caller names a certificate: by which field of the request, and what stands there. */
export interface CertificateName {
  field: "business_serial" | "business_serials" | "identifier" | "replaces";
  name: string;
}
