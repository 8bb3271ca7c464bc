import { randomUUID } from "node:crypto";
import { create, toBinary } from "@bufbuild/protobuf";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CatalogService } from "../../../proto/gen/ecert/catalog/v1/catalog_service_pb.ts";
import {
  ListCauseKind,
  ListChangeState,
  ListLevel,
  ObligatoryListSchema,
} from "../../../proto/gen/ecert/catalog/v1/list_pb.ts";
import { ListEntryChoice, ListService } from "../../../proto/gen/ecert/catalog/v1/list_service_pb.ts";
import { RegistryService } from "../../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { EventKind } from "../../../proto/gen/ecert/event/v1/event_pb.ts";
import { InboxService } from "../../../proto/gen/ecert/event/v1/inbox_service_pb.ts";
import { OutboxService } from "../../../proto/gen/ecert/event/v1/outbox_service_pb.ts";
import { licenceContent as content } from "../../../test/fixtures/licence-content.ts";
import { directClient, openTestRuntime, type TestRuntime } from "../../../test/fixtures/runtime.ts";
import type { Role } from "../../domain/role.ts";
import type { RunningService } from "../../node/runtime.ts";
import { catalogService } from "../main.ts";

/* The province and a city: lists of both, and what each has of the other's (4.1.2, 4.3.2, 6.2.3.1, 6.3.2.1). */

const BUREAU = "114401000000990003";
const [PROVINCE, CITY, COUNTY] = ["440000", "440100", "440106"] as const;
const peer = (node: string, role: "province" | "city") => ({ node, role, name: node, publicKeyFile: "", services: {} });
const TODAY = "2026-11-24";

let nodes: { test: TestRuntime; running: RunningService }[];
const at = (index: number) => (nodes[index] as (typeof nodes)[number]).running;
const operator = (index = 0) => directClient(at(index), ListService);
const staff = (account: string, division: string, role: Role = "catalogAdministrator", index = 0) =>
  directClient(at(index), ListService, {
    kind: "staff",
    node: index === 0 ? CITY : PROVINCE,
    account,
    name: account,
    department: BUREAU,
    division,
    roles: [role],
  });
const line = (itemCode: string, more: object = {}) => ({ itemCode, target: COUNTY, from: TODAY, ...more });
const causesOf = async (index: number, division: string, day = TODAY) => {
  const { entries } = await operator(index).getEffectiveList({ division, day });
  return entries.map(({ itemCode, causes }) => [itemCode, ...causes.map(({ kind, division: by }) => [kind, by])]);
};

beforeAll(async () => {
  const province = await openTestRuntime({
    service: "catalog",
    role: "province",
    code: PROVINCE,
    peers: [peer(CITY, "city")],
  });
  const nodeKeys = { [PROVINCE]: province.nodePublicKeyPem };
  const city = await openTestRuntime({ service: "catalog", peers: [peer(PROVINCE, "province")], nodeKeys });
  nodes = await Promise.all(
    [city, province].map(async (test) => ({ test, running: await catalogService.start(test.runtime) })),
  );
  const catalog = directClient(at(1), CatalogService);
  for (const code of ["A", "B", "C"]) {
    await catalog.registerCatalogItem({ code, content });
    if (code !== "C") await catalog.publishCatalogItem({ code, version: 1 });
  }
  await directClient(at(0), RegistryService).putDepartment({
    department: { code: BUREAU, name: "局", division: COUNTY },
  });
  await delivered();
});
afterAll(async () => {
  for (const { test, running } of nodes) {
    const closed = test.close();
    await running.stop();
    await closed;
  }
});

/** Brings what each has said to the other, and takes the receipts back. */
async function delivered(): Promise<void> {
  for (const [from, to] of [
    [1, 0],
    [0, 1],
  ] as const) {
    const outbox = directClient(at(from), OutboxService);
    const { events } = await outbox.listPendingEvents({});
    const node = from === 0 ? CITY : PROVINCE;
    for (const event of events) await directClient(at(to), InboxService).applyEvent({ node, event });
    await outbox.confirmEvents({ keys: events.map(({ key }) => key) });
  }
}

describe("6.3.2.1 the own choice of a county is prepared by one 目录管理员 and published by another", () => {
  const id = randomUUID();
  const prepared = { id, division: COUNTY, lines: [line("A", { departments: [BUREAU] })] };

  test("a draft is in force nowhere, and the same again is the same", async () => {
    const { change } = await staff("li", COUNTY).prepareListChange({ change: prepared });
    expect(change).toMatchObject({ state: ListChangeState.DRAFT, steps: [{ action: "prepare", account: "li" }] });
    await expect(staff("li", COUNTY).prepareListChange({ change: prepared })).resolves.toMatchObject({
      change: { id },
    });
    const other = { ...prepared, lines: [line("B")] };
    await expect(staff("li", COUNTY).prepareListChange({ change: other })).rejects.toMatchObject({
      reason: "ALREADY_EXISTS",
    });
    expect(await causesOf(0, COUNTY)).toEqual([]);
  });

  test("who prepared does not publish; who has no reach is not told that it is there", async () => {
    await expect(staff("li", COUNTY).publishListChange({ id })).rejects.toMatchObject({ reason: "SAME_PERSON" });
    const beside = staff("wu", "440114");
    await expect(beside.publishListChange({ id })).rejects.toMatchObject({ reason: "CASE_UNKNOWN" });
    await expect(beside.getListChange({ id })).rejects.toMatchObject({ reason: "CASE_UNKNOWN" });
    await expect(beside.listListChanges({})).resolves.toMatchObject({ changes: [] });
    const mine = await staff("chen", COUNTY).getListChange({ id });
    expect(mine.openSteps).toEqual(["publish", "discard"]);
    expect((await staff("li", COUNTY).getListChange({ id })).openSteps).toEqual(["discard"]);
    // Nor does it wait for who may only discard it.
    const waiting = async (who: string) =>
      (await staff(who, COUNTY).listListChanges({ waitsForMe: true, orderBy: "last_step" })).changes.map(
        (one) => one.id,
      );
    expect([await waiting("chen"), await waiting("li")]).toEqual([[id], []]);
  });

  test("4.3.2 published by who says what he has read, it is in force at once, tells why it is there, and who did each step (5.9.5)", async () => {
    const sha256 = (await staff("chen", CITY).getListChange({ id })).change?.sha256 ?? "";
    for (const read of ["", "0".repeat(64)])
      await expect(staff("chen", CITY).publishListChange({ id, sha256: read })).rejects.toMatchObject({
        ...{ reason: "REVISION_CONFLICT", metadata: { sha256 }, fields: [{ field: "sha256" }] },
      });
    const { change } = await staff("chen", CITY).publishListChange({ id, remark: "同意", sha256 });
    expect(change?.state).toBe(ListChangeState.PUBLISHED);
    const { entries, count } = await operator().getEffectiveList({ division: COUNTY, day: TODAY });
    expect(count).toBe(1);
    expect(entries).toMatchObject([
      { itemCode: "A", departments: [BUREAU], causes: [{ kind: ListCauseKind.OWN, division: COUNTY, from: TODAY }] },
    ]);
    const again = await staff("chen", CITY).publishListChange({ id });
    expect(again.change?.steps.map(({ action, account }) => `${action} ${account}`)).toEqual([
      ...["prepare li", "publish chen"],
    ]);
    const told = nodes[0]?.test.evidence.filter(({ kind }) => kind === "list-step" || kind === "list-published");
    expect(told?.map(({ kind, body }) => `${kind} ${body.account ?? ""}`)).toEqual([
      ...["list-step li", "list-step chen", "list-published "],
    ]);
  });

  test("a draft is given up with a word, and is not published any more", async () => {
    const other = randomUUID();
    await staff("li", COUNTY).prepareListChange({ change: { id: other, division: COUNTY, lines: [line("B")] } });
    await expect(staff("chen", COUNTY).discardListChange({ id: other })).rejects.toMatchObject({
      fields: [{ field: "remark" }],
    });
    await staff("chen", COUNTY).discardListChange({ id: other, remark: "重复" });
    await expect(staff("chen", COUNTY).publishListChange({ id: other })).rejects.toMatchObject({
      reason: "STEP_REFUSED",
    });
    const { changes } = await operator().listListChanges({ state: ListChangeState.DISCARDED });
    expect(changes.map((one) => one.id)).toEqual([other]);
    const found = async (search: string, client = operator()) =>
      (await client.listListChanges({ search })).changes.map((one) => one.id);
    expect([await found("重复"), await found("none")]).toEqual([[other], []]);
    expect(new Set(await found(content.name.slice(1)))).toEqual(new Set([id, other]));
    expect(await found("重复", staff("wu", "440114"))).toEqual([]);
  });
});

describe("what cannot be put is refused with the line", () => {
  const refused = (lines: object[], division: string = COUNTY) =>
    expect(staff("li", CITY).prepareListChange({ change: { id: randomUUID(), division, lines } })).rejects;

  test("an item that is unknown or not published, a department that is not registered", async () => {
    const field = "change.lines[1].item_code";
    await refused([line("A"), line("X")]).toMatchObject({ reason: "ITEM_UNKNOWN", fields: [{ field }] });
    const unknown = line("A", { departments: ["114401000000990016"] });
    await refused([unknown]).toMatchObject({
      reason: "DEPARTMENT_UNKNOWN",
      fields: [{ field: "change.lines[0].departments" }],
    });
    const registered = { id: randomUUID(), division: PROVINCE, lines: [line("C", { target: PROVINCE })] };
    await expect(
      staff("li", PROVINCE, "catalogAdministrator", 1).prepareListChange({ change: registered }),
    ).rejects.toMatchObject({
      reason: "ITEM_UNPUBLISHED",
    });
  });

  test("the list of a division beyond reach, and one that another node keeps", async () => {
    const id = randomUUID();
    const county = { id, division: CITY, lines: [line("A")] };
    const denied = { reason: "PERMISSION_DENIED", fields: [{ field: "change.division" }] };
    await expect(staff("li", COUNTY).prepareListChange({ change: county })).rejects.toMatchObject(denied);
    await expect(operator().setUpList({ change: { ...county, division: PROVINCE } })).rejects.toMatchObject(denied);
    await expect(operator(1).setUpList({ change: { ...county, division: COUNTY } })).rejects.toMatchObject(denied);
  });
});

describe("4.3.2 what the province designates reaches every city's effective list by itself, and what a city does the province", () => {
  const setUp = (index: number, division: string, lines: object[]) =>
    operator(index).setUpList({ change: { id: randomUUID(), division, lines } });

  test("a designation for all counties stands on the list of the county, with the choice of the county beside it", async () => {
    await setUp(1, PROVINCE, [
      line("A", { target: PROVINCE, levels: [ListLevel.COUNTY] }),
      line("B", { target: PROVINCE, levels: [ListLevel.COUNTY], from: "2026-12-01", until: "2026-12-31" }),
    ]);
    expect(await causesOf(0, COUNTY)).toHaveLength(1);
    await delivered();
    const own = [ListCauseKind.OWN, COUNTY];
    const above = [ListCauseKind.DESIGNATED, PROVINCE];
    expect(await causesOf(0, COUNTY)).toEqual([["A", own, above]]);
    expect(await causesOf(0, COUNTY, "2026-12-31")).toEqual([
      ["A", own, above],
      ["B", above],
    ]);
    expect(await causesOf(0, "440114", "2026-12-31")).toHaveLength(2);
    expect(await causesOf(0, CITY, "2026-12-31")).toEqual([]);
    // The province has the county's choice, too.
    expect(await causesOf(1, COUNTY)).toEqual([["A", own, above]]);
  });

  test("4.3.2 a city designates for its counties, within its node, by two people: since people keep its lists, an operator only ends entries", async () => {
    const alone = setUp(0, CITY, [line("B", { target: CITY, levels: [ListLevel.COUNTY] })]);
    await expect(alone).rejects.toMatchObject({
      ...{ reason: "PROCEDURE_NEEDED", fields: [{ field: "change" }] },
      metadata: { procedure: "ecert.catalog.v1.ListService" },
    });
    const change = {
      id: randomUUID(),
      division: CITY,
      lines: [line("B", { target: CITY, levels: [ListLevel.COUNTY] })],
    };
    const prepared = await staff("li", CITY).prepareListChange({ change });
    await staff("chen", CITY).publishListChange({ id: change.id, sha256: prepared.change?.sha256 ?? "" });
    expect(await causesOf(0, "440114")).toEqual([
      ["A", [ListCauseKind.DESIGNATED, PROVINCE]],
      ["B", [ListCauseKind.DESIGNATED, CITY]],
    ]);
    await setUp(0, CITY, [line("B", { target: CITY, levels: [ListLevel.COUNTY], end: true, until: "2026-11-23" })]);
    expect(await causesOf(0, "440114")).toHaveLength(1);
  });

  test("pages go on behind an item, and behind an entry; ended entries stay to be told (any day)", async () => {
    const first = await operator().getEffectiveList({ division: COUNTY, day: "2026-12-31", pageSize: 1 });
    expect(first).toMatchObject({ count: 2, entries: [{ itemCode: "A" }] });
    const pageToken = first.nextPageToken;
    const second = await operator().getEffectiveList({ division: COUNTY, day: "2026-12-31", pageSize: 1, pageToken });
    expect(second).toMatchObject({ nextPageToken: "", entries: [{ itemCode: "B" }] });
    const asked = { division: COUNTY, day: "2026-12-31" };
    const found = async (more: object) =>
      (await operator().getEffectiveList({ ...asked, ...more })).entries.map(({ itemCode }) => itemCode);
    expect(await found({ search: "b" })).toEqual(["B"]);
    expect(await found({ search: "none" })).toEqual([]);
    expect(await found({ orderBy: "-item_code" })).toEqual(["B", "A"]);
    const { nextPageToken } = await operator().getEffectiveList({ ...asked, pageSize: 1, orderBy: "-item_code" });
    expect(await found({ orderBy: "-item_code", pageToken: nextPageToken })).toEqual(["A"]);
    await expect(found({ orderBy: "item_code", pageToken: nextPageToken })).rejects.toThrow("page_token");
    const list = { division: PROVINCE, pageSize: 1 };
    const page = await operator().listListEntries(list);
    const rest = await operator().listListEntries({ ...list, pageToken: page.nextPageToken });
    expect([...page.entries, ...rest.entries].map(({ itemCode }) => itemCode)).toEqual(["A", "B"]);
    const designated = { division: PROVINCE, choice: ListEntryChoice.DESIGNATIONS };
    expect((await operator().listListEntries(designated)).entries).toHaveLength(2);
    expect((await operator().listListEntries({ ...designated, choice: ListEntryChoice.OWN })).entries).toEqual([]);
    for (const token of ["x", Buffer.from('["-1"]').toString("base64url")]) {
      const foreign = operator().listListEntries({ ...list, pageToken: token });
      await expect(foreign).rejects.toMatchObject({ reason: "INVALID_FIELD", fields: [{ field: "page_token" }] });
    }
  });

  test("a node speaks for no list but its own: what it says of another's is refused and set aside", async () => {
    const list = { node: CITY, division: "440300", changes: 9n, changedAt: "2026-11-24T00:00:00Z", entries: [] };
    const apply = (index: number, node: string, more: object = {}) =>
      directClient(at(index), InboxService).applyEvent({
        node,
        event: {
          key: "list:1",
          kind: EventKind.LIST_PUBLISHED,
          payload: toBinary(ObligatoryListSchema, create(ObligatoryListSchema, { ...list, ...more })),
        },
      });
    const denied = { reason: "PERMISSION_DENIED" };
    await expect(apply(1, CITY)).rejects.toMatchObject(denied);
    await expect(apply(1, CITY, { node: "440300" })).rejects.toMatchObject(denied);
    await expect(apply(1, CITY, { division: PROVINCE })).rejects.toMatchObject(denied);
    await expect(apply(0, PROVINCE, { node: PROVINCE, division: COUNTY })).rejects.toMatchObject(denied);
    const entry = { target: CITY, from: TODAY, itemCode: "A" };
    const many = Array.from({ length: 9 }, (_, at) => `11440000000000000${at}`);
    for (const wrong of [{ target: "440300" }, { from: "2026-02-30" }, { until: "2026-99-99" }, { departments: many }])
      await expect(apply(1, CITY, { division: CITY, entries: [{ ...entry, ...wrong }] })).rejects.toMatchObject({
        reason: "INVALID_FIELD",
      });
    const known = await operator(1).listListEntries({ division: COUNTY });
    const fork = { division: COUNTY, changes: known.changes };
    await expect(apply(1, CITY, fork)).rejects.toMatchObject({ reason: "ALREADY_EXISTS" });
    await expect(apply(1, CITY, { ...fork, changes: 1n, entries: known.entries })).resolves.toMatchObject({});
    expect(nodes[1]?.test.runtime.setAside.notices().join()).toContain("set aside");
  });

  test("a node that asks is told the province's lists and its own, and no other's", async () => {
    const node = directClient(at(1), ListService, { kind: "node", node: CITY, name: "catalog" });
    const first = await node.listKeptLists({ pageSize: 1 });
    expect(first.lists.map(({ division }) => division)).toEqual([PROVINCE]);
    const rest = await node.listKeptLists({ pageToken: first.nextPageToken });
    expect(rest.lists.map(({ division }) => division)).toEqual([COUNTY]);
    const stranger = directClient(at(1), ListService, { kind: "node", node: "440300", name: "catalog" });
    const { lists, nextPageToken } = await stranger.listKeptLists({});
    expect(lists).toHaveLength(1);
    await expect(stranger.listKeptLists({ pageToken: nextPageToken })).resolves.toMatchObject({ lists: [] });
    const beyond = Buffer.from('["2",""]').toString("base64url");
    await expect(stranger.listKeptLists({ pageToken: beyond })).rejects.toMatchObject({ reason: "INVALID_FIELD" });
  });
});
