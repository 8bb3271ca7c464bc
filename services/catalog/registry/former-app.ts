import { create, toBinary } from "@bufbuild/protobuf";
import type { RegistryRecord } from "../../../proto/gen/ecert/catalog/v1/registry_record_pb.ts";
import { EventKind } from "../../../proto/gen/ecert/event/v1/event_pb.ts";
import { InboxService } from "../../../proto/gen/ecert/event/v1/inbox_service_pb.ts";
import { AppRecordSchema } from "../../../proto/gen/ecert/identity/v1/app_pb.ts";
import type { Runtime } from "../../node/runtime.ts";
import { decodedRecord } from "./registry-record.ts";

/** Whether a record is an app: nodes of before apps were kept by the identity service send and list them among these. */
export function isFormerApp({ record }: RegistryRecord): boolean {
  return record.case === "app";
}

/**
 * Hands an app that another node sent on to the service that keeps apps now; resolves to whether it was new, and for any other record to
 * `undefined`. Throws what that service refuses, which sets aside what it has to.
 */
export async function handedOn(
  { client }: Pick<Runtime, "client">,
  node: string,
  payload: Uint8Array,
): Promise<boolean | undefined> {
  const former = readable(payload);
  if (former?.record.case !== "app") return undefined;
  const { record, changes } = former;
  const told = toBinary(AppRecordSchema, create(AppRecordSchema, { changes, app: record.value }));
  const aggregateId = `app/${record.value.app?.key ?? ""}`;
  const { APP_CHANGED: appChanged } = EventKind;
  const event = { key: `${aggregateId}:${changes}`, aggregateId, revision: changes, payload: told };
  const inbox = client(InboxService, "identity");
  return (await inbox.applyEvent({ node, event: { ...event, kind: appChanged } })).changed;
}

/** What cannot be read is told, and set aside, where records are taken. */
function readable(payload: Uint8Array): RegistryRecord | undefined {
  try {
    return decodedRecord(payload);
  } catch {
    return undefined;
  }
}
