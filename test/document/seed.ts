import { readdirSync, readFileSync } from "node:fs";
import { sampleMessage } from "../../ops/docs/sample-message.ts";
import type { FaceSource } from "../../services/document/face.ts";
import type { SealPicture } from "../../services/document/seal-picture.ts";
import type { JsonObject } from "../../services/domain/canonical.ts";
import type { Holder } from "../../services/domain/message.ts";

/** A file of `ops/seed/catalog`. */
export interface SeedItem {
  code: string;
  name: string;
  typeName: string;
  typeCode: string;
  definingAuthority: { name: string; code: string };
  holderKind: "person" | "organisation" | "both";
  holderCount: { min: number; max: number };
  issuingLevels: string[];
  validityRule: object;
  dataSchema: { properties: Record<string, { title?: string }> };
  template: { elements: object[] };
  sealPicture: SealPicture;
  example: {
    number: string;
    issuer: { name: string; code: string; division: string };
    holders: Holder[];
    issueDate: string;
    validFrom?: string;
    validTo?: string;
    data: JsonObject;
  };
}

const FOLDER = new URL("../../ops/seed/catalog/", import.meta.url);

/** The seed items by name of their file. */
export function seedItems(): Map<string, SeedItem> {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith(".json"));
  return new Map(
    files.map((file) => [file.replace(".json", ""), JSON.parse(readFileSync(new URL(file, FOLDER), "utf8"))]),
  );
}

/** The message that an item's example gives. */
export function exampleMessage(item: SeedItem): FaceSource {
  return sampleMessage(item);
}
