import { toBinary } from "@bufbuild/protobuf";
import type { Client } from "@connectrpc/connect";
import type { CatalogItem } from "../../../proto/gen/ecert/catalog/v1/catalog_item_pb.ts";
import { CatalogService } from "../../../proto/gen/ecert/catalog/v1/catalog_service_pb.ts";
import { RegistryRecordSchema } from "../../../proto/gen/ecert/catalog/v1/registry_record_pb.ts";
import {
  RegistryRecoveryService,
  type VersionDigest,
} from "../../../proto/gen/ecert/catalog/v1/registry_recovery_service_pb.ts";
import { isProvince } from "../../host/place.ts";
import { openPeerLists, type RecordLists, readRecords } from "../../registry/recovery/peer-lists.ts";
import type { CatalogContext } from "../context.ts";
import { isFormerApp } from "../registry/former-app.ts";
import type { RegistryDocument } from "../stored/records.ts";

/**
 * What a node lists of its catalog to its province, and the province to a node. All throw `PEER_AWAY` where it cannot be asked, and
 * `DEADLINE_EXCEEDED` an hour after they were opened.
 */
export interface NodeLists extends RecordLists<RegistryDocument> {
  /** All versions that it has as published. */
  versions(): AsyncGenerator<readonly VersionDigest[]>;
  item(code: string, version: number): Promise<CatalogItem | undefined>;
  /** The register of issuers that it judges by; empty where it has none. */
  register(): Promise<Uint8Array>;
}

/** Opens the lists of a peer's catalog, for one comparison. */
export function openNodeLists({ runtime, terms }: CatalogContext, node: string, signal: AbortSignal): NodeLists {
  const recovery = runtime.client(RegistryRecoveryService, { peer: node });
  const catalog: Client<typeof CatalogService> = runtime.client(CatalogService, { peer: node });
  const { call, pages } = openPeerLists(runtime, node, signal);
  const own = runtime.config.node;

  return {
    records(refused) {
      const listed = pages(async (page, options) => {
        const { records, nextPageToken } = await recovery.listNodeRecords(page, options);
        return { items: records, next: nextPageToken };
      });
      // The province lists to a node what it keeps of it.
      return readRecords(terms, isProvince(own) ? node : own.code, withoutApps(listed), refused);
    },
    versions: () =>
      pages(async (page, options) => {
        const { versions, nextPageToken } = await recovery.listPublishedVersions(page, options);
        return { items: versions, next: nextPageToken };
      }),
    item: async (code, version) => (await catalog.getCatalogItem({ code, version }, call())).item,
    register: async () => (await recovery.getKeptRegister({}, call())).register,
  };
}

/** A node of before apps were kept by the identity service lists them too: they are compared once it is of this version. */
async function* withoutApps(
  pages: AsyncGenerator<readonly Parameters<typeof isFormerApp>[0][]>,
): AsyncGenerator<Uint8Array[]> {
  for await (const page of pages) {
    yield page.filter((record) => !isFormerApp(record)).map((record) => toBinary(RegistryRecordSchema, record));
  }
}
