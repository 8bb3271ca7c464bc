import { toBinary } from "@bufbuild/protobuf";
import type { Client } from "@connectrpc/connect";
import type { CatalogItem } from "../../../proto/gen/ecert/catalog/v1/catalog_item_pb.ts";
import { CatalogService } from "../../../proto/gen/ecert/catalog/v1/catalog_service_pb.ts";
import { type RegistryRecord, RegistryRecordSchema } from "../../../proto/gen/ecert/catalog/v1/registry_record_pb.ts";
import {
  RegistryRecoveryService,
  type VersionDigest,
} from "../../../proto/gen/ecert/catalog/v1/registry_recovery_service_pb.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { Runtime } from "../../node/runtime.ts";
import { decodedRecord } from "../registry/registry-record.ts";

/** Elements of one list of a node that are read: more than a province has departments, apps, matters and versions. */
export const MOST = 1_000_000;
const PAGE = 200;
/** Longest time for one answer. */
const ANSWER_MS = 15_000;
/** Milliseconds within which all lists of a node are read: one that answers slowly, page by page, ends its own comparison. */
const LONGEST_MS = 3_600_000;

/** A record as another node lists it, held to the field rules of its contract. */
export interface ListedRecord {
  record: RegistryRecord;
  payload: Uint8Array;
}

/**
 * What a node lists of its catalog to its province, and the province to a node. All throw `PEER_AWAY` where it cannot be asked, and
 * `DEADLINE_EXCEEDED` an hour after they were opened.
 */
export interface NodeLists {
  /** Its registry records, or those that it keeps of this node, page by page. What breaks the contract's rules is left to `refused`. */
  records(refused: (payload: Uint8Array) => Promise<void>): AsyncGenerator<ListedRecord[]>;
  /** All versions that it has as published. */
  versions(): AsyncGenerator<VersionDigest[]>;
  item(code: string, version: number): Promise<CatalogItem | undefined>;
  /** The register of issuers that it judges by; empty where it has none. */
  register(): Promise<Uint8Array>;
}

/** Opens the lists of a peer's catalog, for one comparison. */
export function openNodeLists(runtime: Runtime, node: string, signal: AbortSignal): NodeLists {
  const recovery = runtime.client(RegistryRecoveryService, { peer: node });
  const catalog: Client<typeof CatalogService> = runtime.client(CatalogService, { peer: node });
  const until = runtime.monotonic() + LONGEST_MS;

  /** Options of one call, while there is time for it. */
  function call(): { signal: AbortSignal; timeoutMs: number } {
    if (runtime.monotonic() < until) return { signal, timeoutMs: ANSWER_MS };
    const message = `what node ${node} lists takes longer than ${LONGEST_MS} ms`;
    throw new Refusal("DEADLINE_EXCEEDED", message, { metadata: { node, limit: String(LONGEST_MS) } });
  }

  /** A list without end would keep the comparison from ever ending. */
  async function* pages<T>(read: (pageToken: string) => Promise<{ items: T[]; next: string }>): AsyncGenerator<T[]> {
    let pageToken = "";
    let seen = 0;
    do {
      const { items, next } = await read(pageToken);
      seen += items.length;
      if (seen > MOST || (items.length === 0 && next !== "")) {
        const message = `node ${node} lists more than ${MOST} elements, or pages without any`;
        throw new Refusal("TOO_LARGE", message, { metadata: { node, limit: String(MOST) } });
      }
      yield items;
      pageToken = next;
    } while (pageToken !== "");
  }

  return {
    async *records(refused) {
      const read = async (pageToken: string) => {
        const { records, nextPageToken } = await recovery.listNodeRecords({ pageSize: PAGE, pageToken }, call());
        return { items: records, next: nextPageToken };
      };
      for await (const page of pages(read)) {
        const listed: ListedRecord[] = [];
        for (const found of page) {
          const payload = toBinary(RegistryRecordSchema, found);
          try {
            listed.push({ record: decodedRecord(payload), payload });
          } catch {
            await refused(payload);
          }
        }
        yield listed;
      }
    },
    versions: () =>
      pages(async (pageToken) => {
        const { versions, nextPageToken } = await recovery.listPublishedVersions({ pageSize: PAGE, pageToken }, call());
        return { items: versions, next: nextPageToken };
      }),
    item: async (code, version) => (await catalog.getCatalogItem({ code, version }, call())).item,
    register: async () => (await recovery.getKeptRegister({}, call())).register,
  };
}
