import type { HasPending } from "../../event/pending-events.ts";
import type { Collection, CollectionSpec } from "../../store/port.ts";

/*
 * Apps, their refused tokens and answers of PutApp, which the catalog kept before the identity service did. They lie here until that has
 * carried them over; the catalog itself reads nothing of them.
 */

/** Kind of records of the registry that are apps. */
export const FORMER_KIND = "app";

/** Whether a document of the registry waits to be carried over. */
export function isFormerRow({ kind }: { kind: string }): boolean {
  return kind === FORMER_KIND;
}

/** The registry as its outbox reads it: what waits there of apps is told by the service that has carried them over. */
export function withoutFormerApps(collection: Collection<HasPending>): Collection<HasPending> {
  return {
    ...collection,
    async query(query) {
      const page = await collection.query(query);
      return {
        ...page,
        items: page.items.filter((document) => !isFormerRow(document as HasPending & { kind: string })),
      };
    },
  };
}

/** Tokens of apps that are refused one by one; `_id` is the AppKey. */
export const FORMER_REFUSED_TOKENS: CollectionSpec = {
  name: "catalog_refused_tokens",
  indexes: [{ name: "until", fields: ["until"] }],
};

/** Answers of PutApp, by the digest of caller and request id. */
export const FORMER_ANSWERS: CollectionSpec = {
  name: "catalog_answers",
  indexes: [{ name: "at", fields: ["at"] }],
};
