import { Refusal, refuseField } from "../../domain/refusal.ts";
import { type GuardedCollection, guardedCollection } from "../../event/guarded-collection.ts";
import type { Runtime } from "../../node/runtime.ts";
import type { CollectionSpec, Stored } from "../../store/port.ts";

/** To whom a bulletin was delivered. */
export interface BulletinAddressee {
  account: string;
  department: string;
  name: string;
  /** RFC 3339: when it was first read. */
  readAt?: string;
}

/** A bulletin as it is kept; `_id` is division and quarter. All but the receipts is written once. */
export interface BulletinDocument extends Stored {
  division: string;
  quarter: string;
  title: string;
  publisher: string;
  publishedAt: string;
  publishedBy: string;
  /** Digests of the files, which are blobs. */
  pdf: string;
  xlsx: string;
  /** Canonical JSON that the node signed, and its signature, Base64. */
  statement: string;
  signature: string;
  addressees: readonly BulletinAddressee[];
  /** Accounts of the addressees, for the index of what was delivered to whom. */
  accounts: readonly string[];
}

/** What bulletins are sorted by. */
export const BULLETIN_KEYS: Readonly<Record<string, (one: BulletinDocument) => string>> = {
  title: ({ title }) => title,
  quarter: ({ quarter }) => quarter,
  published_at: ({ publishedAt }) => publishedAt,
};

export const BULLETINS: CollectionSpec = {
  name: "supervision_bulletins",
  indexes: [
    { name: "divisions", fields: ["division", "quarter"] },
    { name: "accounts", fields: ["accounts"], many: true },
  ],
};

/** Opens the bulletins. One that cannot be read is set aside (place `store`). */
export async function openBulletins({
  store,
  setAside,
}: Pick<Runtime, "store" | "setAside">): Promise<GuardedCollection<BulletinDocument>> {
  const collection = await store.collection<BulletinDocument>(BULLETINS);
  return guardedCollection({ collection, setAside, place: "store", source: BULLETINS.name, check });
}

function check(document: BulletinDocument): void {
  const { division, quarter, title, publisher, publishedAt, pdf, xlsx, statement, signature } = document;
  const texts = [division, quarter, title, publisher, publishedAt, pdf, xlsx, statement, signature];
  const { addressees, accounts } = document;
  if (texts.every((text) => typeof text === "string") && Array.isArray(addressees) && Array.isArray(accounts)) return;
  throw new Refusal("RECORD_UNREADABLE", "the bulletin lacks members or has wrong ones");
}

/** The refusal of a bulletin that is not there, beyond reach, or another's. */
export function bulletinUnknown(): Refusal {
  const description = "names no bulletin that you may read";
  const localized = "没有该季度的通报，请从列表中选取";
  return refuseField("BULLETIN_UNKNOWN", "quarter", description, "take one of the list", localized);
}
