import { toBinary } from "@bufbuild/protobuf";
import { type RegistryRecord, RegistryRecordSchema } from "../../../proto/gen/ecert/catalog/v1/registry_record_pb.ts";
import type { RegistryRecoveryService } from "../../../proto/gen/ecert/catalog/v1/registry_recovery_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { foreignPageToken } from "../../domain/refusal.ts";
import type { CatalogContext } from "../context.ts";
import { shownTo } from "../recovery/shown-to.ts";
import { DEFAULT_PAGE_SIZE } from "../registry/list-pages.ts";
import { recordOf } from "../registry/registry-record.ts";
import { RECORD_KINDS } from "../stored/records.ts";

/** A page ends behind so many bytes: a record may have two megabytes. */
const PAGE_BYTES = 4 << 20;
/** Documents that are read at a time. */
const AT_ONCE = 8;

/** Lists the registry records of a node, by kind and key. A record that cannot be read is left out, and is among what was set aside. */
export function listNodeRecords(context: CatalogContext): Handlers<typeof RegistryRecoveryService>["listNodeRecords"] {
  return async ({ pageSize, pageToken }, call) => {
    const node = shownTo(context, call.caller);
    const limit = pageSize || DEFAULT_PAGE_SIZE;
    let [place, after] = placeIn(pageToken);
    const records: RegistryRecord[] = [];
    for (let bytes = 0; place < RECORD_KINDS.length && records.length < limit && bytes < PAGE_BYTES; ) {
      const { items, next } = await context.registry.query({
        index: "records",
        equals: [RECORD_KINDS[place] as string, node],
        limit: Math.min(AT_ONCE, limit - records.length),
        ...(after !== "" && { after }),
      });
      for (const record of items.map(recordOf)) {
        records.push(record);
        bytes += toBinary(RegistryRecordSchema, record).length;
      }
      if (next === undefined) place += 1;
      after = next ?? "";
    }
    return { records, nextPageToken: place < RECORD_KINDS.length ? tokenOf(place, after) : "" };
  };
}

function tokenOf(place: number, after: string): string {
  return Buffer.from(JSON.stringify([place, after])).toString("base64url");
}

function placeIn(token: string): [number, string] {
  if (token === "") return [0, ""];
  try {
    const [place, after] = JSON.parse(Buffer.from(token, "base64url").toString()) as unknown[];
    const known = Number.isSafeInteger(place) && (place as number) >= 0 && (place as number) < RECORD_KINDS.length;
    if (known && typeof after === "string") return [place as number, after];
  } catch {
    // Told below, like any other token that this list has not given.
  }
  throw foreignPageToken();
}
