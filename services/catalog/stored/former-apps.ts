import type { CollectionSpec } from "../../store/port.ts";

/*
 * Apps, their refused tokens and answers of PutApp, which the catalog kept before the identity service did. They lie here until that has
 * carried them over; the catalog itself reads nothing of them.
 */

/** Kind of records of {@link FORMER_REGISTRY} that are apps. */
export const FORMER_KIND = "app";

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
