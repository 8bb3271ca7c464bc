import { sampleMessage } from "../../ops/docs/sample-message.ts";
import { type CatalogFile, readCatalogFiles } from "../../ops/trial/catalog-files.ts";
import { HolderKind } from "../../proto/gen/ecert/catalog/v1/catalog_item_pb.ts";
import type { FaceSource } from "../../services/document/face-source.ts";

/** An item of `ops/seed`. */
export type SeedItem = CatalogFile;

/** Who may hold certificates of an item. Undefined: both. */
export function heldBy({ holderKind }: SeedItem["content"]): "person" | "organisation" | undefined {
  if (holderKind === HolderKind.PERSON) return "person";
  return holderKind === HolderKind.ORGANISATION ? "organisation" : undefined;
}

/** The seed items by name of their file. */
export function seedItems(): Map<string, SeedItem> {
  return new Map(readCatalogFiles().map((item) => [item.file, item]));
}

/** The message that an item's example gives. */
export function exampleMessage(item: SeedItem): FaceSource {
  return sampleMessage(item);
}
