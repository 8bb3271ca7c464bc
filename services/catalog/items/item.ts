import { create, fromJson, type MessageShape } from "@bufbuild/protobuf";
import {
  type CatalogItem,
  CatalogItemContentSchema,
  CatalogItemSchema,
  CatalogItemState,
} from "../../../proto/gen/ecert/catalog/v1/catalog_item_pb.ts";
import { BoundedMemory } from "../../base/bounded-memory.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { GuardedCollection } from "../../event/guarded-collection.ts";
import type { ItemDocument } from "../stored/records.ts";

/** The contract's view of a stored version. A published version that a later one follows is shown as replaced. */
export function itemView(document: ItemDocument, newestPublished = document.version): CatalogItem {
  const content = contentOf(document);
  return create(CatalogItemSchema, {
    code: document.code,
    version: document.version,
    state: stateOf(document, newestPublished, content.retired),
    content,
    registeredAt: document.registeredAt,
    publishedAt: document.publishedAt ?? "",
    publisher: document.publisher ?? "",
    signature: Buffer.from(document.signature ?? "", "base64"),
  });
}

function stateOf({ publishedAt, version }: ItemDocument, newest: number, retired: boolean): CatalogItemState {
  if (publishedAt === undefined) return CatalogItemState.REGISTERED;
  if (version < newest) return CatalogItemState.REPLACED;
  return retired ? CatalogItemState.RETIRED : CatalogItemState.PUBLISHED;
}

/** Content of a version. */
export function contentOf(document: ItemDocument): MessageShape<typeof CatalogItemContentSchema> {
  return fromJson(CatalogItemContentSchema, document.content);
}

/** A newest published version, with how many there were then: only more of them can change which is the newest. */
interface Remembered {
  published: number;
  document: ItemDocument;
  /** Milliseconds of the process: its signature may be made anew, when the province's key changes. */
  until: number;
}

const newest = new WeakMap<GuardedCollection<ItemDocument>, BoundedMemory<string, Remembered>>();
/** Items remembered of one collection; the oldest goes first. */
const REMEMBERED = 200;
const REMEMBERED_MS = 60_000;

/**
 * The published version of an item, or undefined. It is asked for twice with each certificate and holds schema and template, so
 * that reading it anew would cost more than all else that the catalog decides by.
 */
export async function publishedVersion(
  items: GuardedCollection<ItemDocument>,
  code: string,
): Promise<ItemDocument | undefined> {
  const published = await items.count("published", [code]);
  const memory = newest.get(items) ?? new BoundedMemory<string, Remembered>(REMEMBERED);
  newest.set(items, memory);
  const known = memory.get(code);
  if (known?.published === published && performance.now() < known.until) return known.document;
  const document = await newestPublished(items, code);
  // What is not signed yet soon will be.
  if (document?.signature === undefined) memory.delete(code);
  else memory.renew(code, { published, document, until: performance.now() + REMEMBERED_MS });
  return document;
}

async function newestPublished(
  items: GuardedCollection<ItemDocument>,
  code: string,
): Promise<ItemDocument | undefined> {
  return items.first({ index: "published", equals: [code], descending: true });
}

/** The newest version of an item, published or not, or undefined. */
export async function newestVersion(
  items: GuardedCollection<ItemDocument>,
  code: string,
): Promise<ItemDocument | undefined> {
  return items.first({ index: "versions", equals: [code], descending: true });
}

/** The refusal for a version that is not there: of an item that has none, or of one that has others. */
export async function unknownVersion(
  items: GuardedCollection<ItemDocument>,
  code: string,
  version: number,
): Promise<Refusal> {
  return (await newestVersion(items, code)) ? itemUnknown(code, "version", version) : itemUnknown(code, "code");
}

/** The refusal for a code that no item has, or for a version that it does not have; `field` is where it stands. */
export function itemUnknown(code: string, field = "item_code", version?: number): Refusal {
  const description = version === undefined ? `no catalog item ${code}` : `item ${code} has no version ${version}`;
  const remedy = "list the catalog for known codes (ListCatalogItems)";
  const missing = version === undefined ? `没有证照目录项${code}` : `证照目录项${code}没有版本${version}`;
  return new Refusal("ITEM_UNKNOWN", description, {
    metadata: { item_code: code },
    fields: [{ field, description, remedy, localized: `${missing}，请用ListCatalogItems查询` }],
  });
}
