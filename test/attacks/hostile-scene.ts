import { create, type DescService, toBinary } from "@bufbuild/protobuf";
import type { Client } from "@connectrpc/connect";
import { IssuerService } from "../../proto/gen/ecert/catalog/v1/issuer_service_pb.ts";
import { RegistryRecordSchema } from "../../proto/gen/ecert/catalog/v1/registry_record_pb.ts";
import { TermsService } from "../../proto/gen/ecert/catalog/v1/terms_service_pb.ts";
import { EventKind } from "../../proto/gen/ecert/event/v1/event_pb.ts";
import { InboxService } from "../../proto/gen/ecert/event/v1/inbox_service_pb.ts";
import { OutboxService } from "../../proto/gen/ecert/event/v1/outbox_service_pb.ts";
import { REGISTRY, type RegistryDocument } from "../../services/catalog/stored/records.ts";
import { openProvince } from "../fixtures/catalog.ts";
import type { Engine } from "../fixtures/engines.ts";
import { directClient } from "../fixtures/runtime.ts";
import type { Kind, Sent } from "./hostile-records.ts";

/** A province to which two cities send, one of them hostile. */
export type HostileScene = Awaited<ReturnType<typeof openHostileScene>>;

/** Opens the scene. Close it to remove its store. */
export async function openHostileScene(engine: Engine) {
  const { test: province, running, close } = await openProvince(engine);
  const client = <S extends DescService>(service: S): Client<S> => directClient(running, service);

  /** An event as the sender's stream brings it, whatever is in it. */
  function arrive(node: string, payload: Uint8Array, kind: EventKind = EventKind.REGISTRY_CHANGED) {
    return client(InboxService).applyEvent({ node, event: { key: "of-the-sender:1", kind, revision: 1n, payload } });
  }

  return {
    province,
    client,
    arrive,
    /** A record of the form that counts, with whatever in it. */
    send(node: string, kind: Kind, value: object, more: Sent = {}) {
      const message = create(RegistryRecordSchema, { changes: 1n, ...more, record: { case: kind, value } } as Sent);
      return arrive(node, toBinary(RegistryRecordSchema, message));
    },
    registry: () => province.runtime.store.collection<RegistryDocument>(REGISTRY),
    /** What was set aside. */
    rows: async () => (await province.runtime.setAside.list(100, "")).items,
    pending: async () => (await client(OutboxService).listPendingEvents({})).events,
    confirm: (code: string, node: string, superiorCode = "") =>
      client(IssuerService).confirmDepartment({ code, node, superiorCode }),
    bodies: async () => (await client(TermsService).listBodies({})).bodies,
    close,
  };
}
