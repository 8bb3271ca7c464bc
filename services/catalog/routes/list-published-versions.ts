import type { RegistryRecoveryService } from "../../../proto/gen/ecert/catalog/v1/registry_recovery_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { CatalogContext } from "../context.ts";
import { DEFAULT_PAGE_SIZE } from "../registry/list-pages.ts";

/** Lists all versions that are published here, by their digests. */
export function listPublishedVersions({
  items,
}: CatalogContext): Handlers<typeof RegistryRecoveryService>["listPublishedVersions"] {
  return async ({ pageSize, pageToken }) => {
    const page = await items.query({
      index: "published",
      limit: pageSize || DEFAULT_PAGE_SIZE,
      ...(pageToken && { after: pageToken }),
    });
    const versions = page.items.map(({ code, version, digest: sha256 }) => ({ code, version, sha256 }));
    return { versions, nextPageToken: page.next ?? "" };
  };
}
