import type { Report } from "../../registry/recovery/report.ts";

/** Parts of a recovery of the catalog, in the order in which they are told. */
export const PARTS = ["registry", "delegations", "catalog", "drafts", "lists", "register"] as const;

/** What comes of a recovery of the catalog. */
export type CatalogReport = Report<(typeof PARTS)[number]>;
