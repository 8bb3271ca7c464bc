import { create, toJson } from "@bufbuild/protobuf";
import { expect, onTestFinished, test, vi } from "vitest";
import { CatalogItemContentSchema } from "../../../proto/gen/ecert/catalog/v1/catalog_item_pb.ts";
import { CatalogService } from "../../../proto/gen/ecert/catalog/v1/catalog_service_pb.ts";
import { DraftService } from "../../../proto/gen/ecert/catalog/v1/draft_service_pb.ts";
import { EventKind } from "../../../proto/gen/ecert/event/v1/event_pb.ts";
import { OutboxService } from "../../../proto/gen/ecert/event/v1/outbox_service_pb.ts";
import { draftContent, MARKET, PEOPLE } from "../../../test/fixtures/draft-house.ts";
import { directClient, openTestRuntime } from "../../../test/fixtures/runtime.ts";
import type { JsonObject } from "../../domain/canonical.ts";
import { catalogService } from "../main.ts";
import { DRAFTS, type DraftDocument } from "../stored/drafts.ts";

test("4.3.4 what a process has decided to publish before it was killed is a version once, and its city is told", async () => {
  const city = { node: "440100", role: "city", name: "岭海", publicKeyFile: "", services: {} } as const;
  const opened = await openTestRuntime({ service: "catalog", role: "province", code: "440000", peers: [city] });
  const { account, name, department, division } = PEOPLE.pia;
  const taken = {
    action: "publish",
    account,
    name,
    department,
    division,
    at: "2026-11-24T02:00:00Z",
    remark: "",
  } as const;
  const published = { ...taken, contentSha256: "0".repeat(64), base: 0 };
  const drafts = await opened.runtime.store.collection<DraftDocument>(DRAFTS);
  const content = toJson(CatalogItemContentSchema, create(CatalogItemContentSchema, draftContent)) as JsonObject;
  await drafts.insert({
    ...{ _id: "440100-left", revision: 1, draft: "440100-left", node: "440100", code: "LEFT", base: 0 },
    ...{ department: MARKET.code, division: MARKET.division, state: "published", turn: "", changes: 6, content },
    ...{ steps: [published], slot: "LEFT/0", unfinished: "publish" },
  });
  const running = await Promise.all([catalogService.start(opened.runtime), catalogService.start(opened.runtime)]);
  onTestFinished(async () => {
    const closed = opened.close();
    await Promise.all(running.map((one) => one.stop()));
    await closed;
  });
  const [first] = running;
  await vi.waitFor(async () => {
    expect((await directClient(first, DraftService).getDraft({ id: "440100-left" })).draft?.version).toBe(1);
  });
  const { items } = await directClient(first, CatalogService).listCatalogItemVersions({ code: "LEFT" });
  expect(items.map(({ version }) => version)).toEqual([1]);
  const outbox = directClient(first, OutboxService);
  const { events } = await outbox.listPendingEvents({});
  expect(events.map(({ kind, key }) => [kind, key])).toEqual([
    [EventKind.CATALOG_ITEM_PUBLISHED, "LEFT/1:1"],
    [EventKind.ITEM_DRAFT_DECIDED, "440100-left:6"],
  ]);
});
