import type { UsageGrant } from "../domain/usage-grant.ts";
import type { CollectionSpec, Stored } from "../store/port.ts";

/**
 * A usage code as it is kept. `_id` is the code's digest: whoever reads the store cannot use a code. The grant tells what it
 * opens and holds the whole context (用证上下文) for the chain of evidence; `uses` in it grows with each use.
 */
export interface CodeDocument extends Stored {
  grant: UsageGrant;
  /** Node of the app: another one than ours means that the province stands in for it. */
  appNode: string;
  createdAt: string;
}

export const CODES: CollectionSpec = {
  name: "usage_codes",
  indexes: [{ name: "ending", fields: ["grant.expiresAt"] }],
};
