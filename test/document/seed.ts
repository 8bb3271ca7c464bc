import { readdirSync, readFileSync } from "node:fs";
import type { FaceSource } from "../../services/document/face.ts";
import type { SealPicture } from "../../services/document/seal-picture.ts";
import type { JsonObject } from "../../services/domain/canonical.ts";
import { certificateIdentifier } from "../../services/domain/certificate-identifier.ts";
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
  const { example } = item;
  return {
    schema: "ecert.message.v1",
    metadata: {
      identifier: certificateIdentifier({
        typeCode: item.typeCode,
        issuer: example.issuer.code,
        serial: "2026112400012345",
        version: 1,
      }),
      number: example.number,
      name: item.name,
      typeCode: item.typeCode,
      itemCode: item.code,
      itemVersion: 1,
      version: 1,
      holders: example.holders,
      issuer: example.issuer,
      issueDate: example.issueDate,
      ...(example.validFrom !== undefined && { validFrom: example.validFrom }),
      ...(example.validTo !== undefined && { validTo: example.validTo }),
      preparedAt: "2026-11-24T10:15:00+08:00",
      node: "440100",
      app: "example-app",
      businessSerial: "2026-0001",
      seal: "EXAMPLE-SEAL",
    },
    data: example.data,
    attachments: [],
  };
}
