import { fromBinary, toBinary, toJson } from "@bufbuild/protobuf";
import {
  type CatalogItem,
  CatalogItemContentSchema,
  CatalogItemSchema,
} from "../../../proto/gen/ecert/catalog/v1/catalog_item_pb.ts";
import { digestOf, type JsonObject } from "../../domain/canonical.ts";
import { Refusal } from "../../domain/refusal.ts";
import { causeOf, contentOf } from "../../event/set-aside-row.ts";
import { isProvince } from "../../host/place.ts";
import type { CatalogContext } from "../context.ts";
import { changed } from "../issuers/owners.ts";
import type { ItemDocument } from "../stored/records.ts";
import { requireSigned } from "./version-signature.ts";

const REFUSED: ReadonlySet<string> = new Set(["SIGNATURE_INVALID", "ALREADY_EXISTS", "INVALID_FIELD"]);
/** Where versions are set aside. */
export const TAKEN_VERSIONS = { place: "registry", source: "catalog-versions" } as const;

/**
 * Takes over a version that the province published and signed (4.3.1, 5.7.3); resolves to whether it was new. What the province has not
 * signed as it is, and what says otherwise than the version of that number which is there already, is set aside and refused
 * (`SIGNATURE_INVALID`, `ALREADY_EXISTS`).
 */
export async function takeOverItem(context: CatalogContext, item: CatalogItem, province: string): Promise<boolean> {
  const { setAside } = context.runtime;
  const where = { ...TAKEN_VERSIONS, node: province, key: `${item.code}/${item.version}` };
  try {
    const isNew = await takeOver(context, item, province);
    await setAside.cleared(where);
    return isNew;
  } catch (error) {
    if (!isRefused(error)) throw error;
    await setAside.put({ ...where, ...causeOf(error), content: toBinary(CatalogItemSchema, item) });
    throw error;
  }
}

/** Whether a version was refused for what it is, rather than for something that may pass. */
export function isRefused(error: unknown): boolean {
  return error instanceof Refusal && REFUSED.has(error.reason);
}

/** Lets an operator try again what was set aside. */
export function retryTakeOver(context: CatalogContext): void {
  context.runtime.setAside.onRetry(TAKEN_VERSIONS.place, TAKEN_VERSIONS.source, async (row) => {
    const { node } = context.runtime.config;
    // At the province a row is of a node that has a version which the province signed itself.
    await takeOver(context, fromBinary(CatalogItemSchema, contentOf(row)), isProvince(node) ? node.code : row.node);
  });
}

async function takeOver(context: CatalogContext, item: CatalogItem, province: string): Promise<boolean> {
  requireSigned(context.runtime, item, province);
  const { code, version, publisher, publishedAt } = item;
  // What is signed has a content.
  const content = toJson(CatalogItemContentSchema, item.content as NonNullable<typeof item.content>) as JsonObject;
  const digest = digestOf(content);
  const signature = Buffer.from(item.signature).toString("base64");
  let before: ItemDocument | undefined;
  const after = await changed(context, context.items, `${code}/${version}`, async (old): Promise<ItemDocument> => {
    before = old;
    if (old && old.digest !== digest) throw conflict(item);
    if (old?.signature === signature) return old;
    await context.runtime.evidence.append("catalog-item-taken-over", { code, version });
    return {
      _id: `${code}/${version}`,
      revision: 1,
      code,
      version,
      digest,
      content,
      registeredAt: item.registeredAt,
      ...old,
      publishedAt,
      publishedVersion: version,
      publisher,
      signature,
    };
  });
  return after !== before;
}

function conflict({ code, version }: CatalogItem): Refusal {
  const description = `version ${version} of item ${code} is there with other content`;
  const remedy = "find out which of the two is right: versions never change once they are there";
  return new Refusal("ALREADY_EXISTS", description, {
    metadata: { item_code: code, item_version: String(version) },
    fields: [
      {
        field: "version",
        description,
        remedy,
        localized: `目录项${code}的第${version}版已有不同内容，请核实以哪一份为准`,
      },
    ],
  });
}
