import { create, toBinary } from "@bufbuild/protobuf";
import { IssuerService } from "../../proto/gen/ecert/catalog/v1/issuer_service_pb.ts";
import { RegistryRecordSchema } from "../../proto/gen/ecert/catalog/v1/registry_record_pb.ts";
import { TermsService } from "../../proto/gen/ecert/catalog/v1/terms_service_pb.ts";
import { EventKind } from "../../proto/gen/ecert/event/v1/event_pb.ts";
import { InboxService } from "../../proto/gen/ecert/event/v1/inbox_service_pb.ts";
import { AppRecordSchema } from "../../proto/gen/ecert/identity/v1/app_pb.ts";
import type { RecordKind } from "../../services/catalog/stored/records.ts";
import { APPS, type AppDocument } from "../../services/identity/apps/app-record.ts";
import { openProvince } from "../fixtures/catalog.ts";
import type { Engine } from "../fixtures/engines.ts";
import { directClient } from "../fixtures/runtime.ts";
import { recordsOf } from "../fixtures/stored-records.ts";
import type { Kind, Sent } from "./hostile-records.ts";

/** A province to which two cities send, one of them hostile. */
export type HostileScene = Awaited<ReturnType<typeof openHostileScene>>;

/** Opens the scene. Close it to remove its store. */
export async function openHostileScene(engine: Engine) {
  const { test: province, running, core, close } = await openProvince(engine);
  const { client } = core;
  const { runtime } = core.identity.test;

  /** An event as the sender's stream brings it, whatever is in it. */
  function arrive(node: string, payload: Uint8Array, kind: EventKind = EventKind.REGISTRY_CHANGED) {
    const taker = kind === EventKind.APP_CHANGED ? core.identity.running : running;
    const event = { key: "of-the-sender:1", kind, revision: 1n, payload };
    return directClient(taker, InboxService).applyEvent({ node, event });
  }

  return {
    province,
    client,
    arrive,
    /** A record of the form that counts, with whatever in it. */
    send(node: string, kind: Kind, value: object, more: Sent = {}) {
      if (kind === "app") {
        const record = create(AppRecordSchema, { changes: 1n, ...(more as { changes?: bigint }), app: value });
        return arrive(node, toBinary(AppRecordSchema, record), EventKind.APP_CHANGED);
      }
      const message = create(RegistryRecordSchema, { changes: 1n, ...more, record: { case: kind, value } } as Sent);
      return arrive(node, toBinary(RegistryRecordSchema, message));
    },
    records: (kind: RecordKind) => recordsOf(province.runtime.store, kind),
    apps: () => runtime.store.collection<AppDocument>(APPS),
    /** Lets a minute pass, by which the catalog has noticed what happened to an app. */
    later: () => core.setNow("2026-06-15T04:01:00.000Z"),
    /** What was set aside, by either service. */
    rows: async () =>
      (await Promise.all([province.runtime, runtime].map(({ setAside }) => setAside.list(100, "")))).flatMap(
        ({ items }) => items,
      ),
    pending: () => core.events(),
    confirm: (code: string, node: string, superiorCode = "") =>
      client(IssuerService).confirmDepartment({ code, node, superiorCode }),
    bodies: async () => (await client(TermsService).listBodies({})).bodies,
    close,
  };
}
