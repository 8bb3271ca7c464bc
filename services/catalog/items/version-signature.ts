import type { CatalogItem } from "../../../proto/gen/ecert/catalog/v1/catalog_item_pb.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { Runtime } from "../../node/runtime.ts";
import { publishedVersionIn } from "../../record/published-version.ts";
import {
  catalogSignedBytes,
  catalogStatementBytes,
  catalogStatementOf,
  readCatalogStatement,
} from "../../trust/catalog-version.ts";

/** 4.3.1: the province's signature over a published version, Base64. */
export function signatureOf(runtime: Runtime, item: CatalogItem): string {
  return Buffer.from(runtime.nodeKey.sign(catalogSignedBytes(statementOf(item)))).toString("base64");
}

/**
 * Holds that a version came from the province as it is. Throws `SIGNATURE_INVALID` where the province's key has not signed just this,
 * `INVALID_FIELD` where it is no published version.
 */
export function requireSigned(runtime: Runtime, item: CatalogItem, province: string): void {
  const verifies = (signed: Uint8Array, signature: Uint8Array) => runtime.verifyNode(province, signed, signature);
  readCatalogStatement(statementOf(item), item.signature, province, verifies);
}

function statementOf(item: CatalogItem): Uint8Array {
  const version = publishedVersionIn(item);
  if (!version) throw new Refusal("INVALID_FIELD", `version ${item.version} of ${item.code} is not a published one`);
  try {
    return catalogStatementBytes(catalogStatementOf(version));
  } catch (cause) {
    throw new Refusal("INVALID_FIELD", `version ${item.version} of ${item.code} holds JSON that is none`, { cause });
  }
}
