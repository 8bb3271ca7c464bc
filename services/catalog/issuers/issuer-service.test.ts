import { beforeEach, describe, expect, test } from "vitest";
import { IssuerService } from "../../../proto/gen/ecert/catalog/v1/issuer_service_pb.ts";
import { RegistryService } from "../../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { TermsService } from "../../../proto/gen/ecert/catalog/v1/terms_service_pb.ts";
import { openProvince } from "../../../test/fixtures/catalog.ts";
import { bothEngines } from "../../../test/fixtures/engines.ts";
import { directClient, openTestRuntime, type TestRuntime } from "../../../test/fixtures/runtime.ts";
import { recordsOf } from "../../../test/fixtures/stored-records.ts";
import type { NodeRole } from "../../host/roles.ts";
import type { RunningService } from "../../node/runtime.ts";
import type { Collection } from "../../store/port.ts";
import { catalogService } from "../main.ts";
import { ITEMS, type ItemDocument, type RegistryDocument } from "../stored/records.ts";

const [BUREAU, BRANCH, MINISTRY] = ["114401000000990003", "114401000000990016", "11440300000099001G"] as const;
const peer = (node: string, role: NodeRole) => ({ node, role, name: node, publicKeyFile: "", services: {} });

describe.each(await bothEngines())("on $name", (engine) => {
  let province: TestRuntime;
  let running: RunningService;
  let registry: Collection<RegistryDocument>;

  beforeEach(async () => {
    const opened = await openProvince(engine);
    ({ test: province, running } = opened);
    registry = await recordsOf(province.runtime.store, "department");
    const items = await province.runtime.store.collection<ItemDocument>(ITEMS);
    const content = { name: "营业执照", typeCode: "11100000MB03271699001" };
    const registeredAt = "2026-01-01T00:00:00.000Z";
    await items.insert({ _id: "YYZZ/1", revision: 1, code: "YYZZ", version: 1, digest: "", content, registeredAt });
    return opened.close;
  });

  const issuers = () => directClient(running, IssuerService);
  const terms = () => directClient(running, TermsService);

  /** What a node registered, as it lies at the province. */
  async function registered(
    node: string,
    key: string,
    superiorCode = "",
    superiors: { code: string; until: string }[] = [],
  ) {
    const _id = `department/${node}/${key}`;
    const value = { code: key, name: key, division: node, ...(superiorCode && { superiorCode }) };
    const old = await registry.get(_id);
    const next = {
      kind: "department" as const,
      node,
      key,
      value,
      past: { superiors },
      changes: (old?.changes ?? 0) + 1,
    };
    if (old) await registry.replace({ ...old, ...next });
    else await registry.insert({ _id, revision: 1, ...next });
  }

  async function bodies() {
    const found = [];
    for (let pageToken = ""; ; ) {
      const page = await terms().listBodies({ pageSize: 1, pageToken });
      found.push(...page.bodies);
      pageToken = page.nextPageToken;
      if (pageToken === "") return found;
    }
  }

  describe("5.8.3: the province says whose a department is", () => {
    test("nothing counts before it is confirmed, and what a node has not registered cannot be", async () => {
      await registered("440100", BUREAU);
      expect(await bodies()).toEqual([]);
      const waiting = async () => (await issuers().listUnconfirmedDepartments({})).departments.map(({ code }) => code);
      expect(await waiting()).toEqual([BUREAU]);
      const refused = issuers().confirmDepartment({ code: BUREAU, node: "440300" });
      await expect(refused).rejects.toMatchObject({ reason: "DEPARTMENT_UNKNOWN", fields: [{ field: "code" }] });
      const { body } = await issuers().confirmDepartment({ code: BUREAU, node: "440100" });
      const counted = { code: BUREAU, node: "440100", superiorCode: "", confirmedAt: "2026-06-15T04:00:00.000Z" };
      expect(body).toMatchObject(counted);
      expect(await bodies()).toMatchObject([counted]);
      expect(await waiting()).toEqual([]);
    });

    test("the same again changes nothing and leaves one line of evidence", async () => {
      await registered("440100", BUREAU);
      for (let again = 0; again < 3; again++) await issuers().confirmDepartment({ code: BUREAU, node: "440100" });
      expect(province.evidence.filter(({ kind }) => kind === "department-confirmed")).toHaveLength(1);
    });

    test("a superior that the node names counts once both bodies are confirmed as the same node's", async () => {
      await registered("440100", BUREAU);
      await registered("440100", BRANCH, BUREAU);
      const confirm = () => issuers().confirmDepartment({ code: BRANCH, node: "440100" });
      expect((await confirm()).body).toMatchObject({ superiorCode: "", superiorSet: false });
      await issuers().confirmDepartment({ code: BUREAU, node: "440100" });
      expect((await confirm()).body).toMatchObject({ superiorCode: BUREAU, superiorSet: false, formerSuperiors: [] });
    });

    test("a node that makes its own department another body's superior, or puts its own below one, changes nothing", async () => {
      await registered("440300", MINISTRY);
      await registered("440100", BRANCH, MINISTRY, [{ code: MINISTRY, until: "2026-01-01T00:00:00.000Z" }]);
      await issuers().confirmDepartment({ code: MINISTRY, node: "440300" });
      await issuers().confirmDepartment({ code: BRANCH, node: "440100" });
      expect(await bodies()).toMatchObject([
        { code: BRANCH, superiorCode: "", formerSuperiors: [] },
        { code: MINISTRY, superiorCode: "" },
      ]);
    });

    test("a superior of another node's is set by the province, and what stood above before is kept with its end", async () => {
      await registered("440300", MINISTRY);
      await registered("440100", BUREAU);
      await registered("440100", BRANCH, BUREAU);
      const node = "440100";
      await issuers().confirmDepartment({ code: BUREAU, node });
      await issuers().confirmDepartment({ code: BRANCH, node });
      const early = issuers().confirmDepartment({ code: BRANCH, node, superiorCode: MINISTRY });
      await expect(early).rejects.toMatchObject({ reason: "DEPARTMENT_UNKNOWN", fields: [{ field: "superior_code" }] });
      await issuers().confirmDepartment({ code: MINISTRY, node: "440300" });
      province.setNow("2026-07-01T00:00:00.000Z");
      const { body } = await issuers().confirmDepartment({ code: BRANCH, node, superiorCode: MINISTRY });
      expect(body).toMatchObject({
        superiorCode: MINISTRY,
        superiorSet: true,
        formerSuperiors: [{ node, superiorCode: BUREAU, until: "2026-07-01T00:00:00.000Z" }],
      });
    });

    test("a body that moves to another node keeps for the past what stood above it and below it", async () => {
      await registered("440100", BUREAU);
      await registered("440100", BRANCH, BUREAU);
      await registered("440300", BUREAU);
      for (const code of [BUREAU, BRANCH]) await issuers().confirmDepartment({ code, node: "440100" });
      province.setNow("2026-07-01T00:00:00.000Z");
      await issuers().confirmDepartment({ code: BUREAU, node: "440300" });
      const { body } = await issuers().confirmDepartment({ code: BRANCH, node: "440100" });
      expect(body).toMatchObject({
        superiorCode: "",
        formerSuperiors: [{ superiorCode: BUREAU, until: "2026-07-01T00:00:00.000Z" }],
      });
    });

    test("a wrong check character, and a department as its own superior, are refused by field", async () => {
      await registered("440100", BUREAU);
      const wrong = issuers().confirmDepartment({ code: "11440100000099000X", node: "440100" });
      await expect(wrong).rejects.toMatchObject({ reason: "CODE_INVALID", fields: [{ field: "code" }] });
      const own = issuers().confirmDepartment({ code: BUREAU, node: "440100", superiorCode: BUREAU });
      await expect(own).rejects.toMatchObject({ reason: "INVALID_FIELD", fields: [{ field: "superior_code" }] });
    });
  });

  describe("5.6.2: the province says where a department issues an item", () => {
    const right = { node: "440100", departmentCode: BUREAU, itemCode: "YYZZ", since: "2026-01-01" };

    test("at one node at a time: a right that begins later ends the one before, with evidence", async () => {
      await registered("440100", BUREAU);
      await issuers().confirmDepartment({ code: BUREAU, node: "440100" });
      await issuers().putIssuingRight({ right });
      await issuers().putIssuingRight({ right });
      const { rights } = await issuers().putIssuingRight({ right: { ...right, node: "440000", since: "2026-07-01" } });
      const typeCode = "11100000MB03271699001";
      const expected = [
        { ...right, typeCode, until: "2026-06-30", forUnits: false },
        { ...right, typeCode, node: "440000", since: "2026-07-01", until: "", forUnits: false },
      ];
      expect(rights).toMatchObject(expected);
      const first = await terms().listIssuingRights({ pageSize: 1 });
      const second = await terms().listIssuingRights({ pageSize: 1, pageToken: first.nextPageToken });
      expect([...first.rights, ...second.rights]).toMatchObject(expected);
      expect((await terms().listIssuingRights({ pageSize: 2 })).rights).toHaveLength(2);
      expect(province.evidence.filter(({ kind }) => kind === "issuing-right-put")).toHaveLength(2);
    });

    test("what is not confirmed, not known, over or turned round is refused, and nothing is kept", async () => {
      await registered("440100", BUREAU);
      const put = (more: object) => issuers().putIssuingRight({ right: { ...right, ...more } });
      await expect(put({})).rejects.toMatchObject({ reason: "DEPARTMENT_UNKNOWN" });
      await issuers().confirmDepartment({ code: BUREAU, node: "440100" });
      await expect(put({ itemCode: "NONE" })).rejects.toMatchObject({ reason: "ITEM_UNKNOWN" });
      await expect(put({ node: "441900" })).rejects.toMatchObject({ fields: [{ field: "right.node" }] });
      await expect(put({ since: "2026-02-30" })).rejects.toMatchObject({ fields: [{ field: "right.since" }] });
      await expect(put({ until: "2025-01-01" })).rejects.toMatchObject({ reason: "DATE_RANGE_INVALID" });
      expect((await terms().listIssuingRights({})).rights).toEqual([]);
      await put({});
      const rewritten = put({ node: "440000", since: "2026-06-14" });
      await expect(rewritten).rejects.toMatchObject({ reason: "INVALID_FIELD", fields: [{ field: "right.since" }] });
    });

    test("a mark tells that something changed of what the register is made of, and nothing else does", async () => {
      const mark = async () => (await terms().listIssuingRights({ pageSize: 1 })).mark;
      await registered("440100", BUREAU);
      const marks = [await mark()];
      await issuers().confirmDepartment({ code: BUREAU, node: "440100" });
      marks.push(await mark());
      await issuers().putIssuingRight({ right });
      marks.push(await mark());
      await directClient(running, RegistryService).putDepartment({
        department: { code: MINISTRY, name: "厅", division: "440000" },
      });
      marks.push(await mark());
      expect(new Set(marks).size).toBe(marks.length);
      await issuers().confirmDepartment({ code: BUREAU, node: "440100" });
      expect(await mark()).toBe(marks.at(-1));
    });

    test("a token that is none is refused by field", async () => {
      for (const pageToken of ["x", "W10", "bnVsbA"]) {
        const refused = terms().listIssuingRights({ pageToken });
        await expect(refused).rejects.toMatchObject({ reason: "INVALID_FIELD", fields: [{ field: "page_token" }] });
      }
    });
  });
});

test("5.8.3: a node that is not the province says nothing of the kind", async () => {
  const city = await openTestRuntime({ service: "catalog", code: "440100", peers: [peer("440000", "province")] });
  const service = await catalogService.start(city.runtime);
  const client = directClient(service, IssuerService);
  const denied = { reason: "PERMISSION_DENIED" };
  await expect(client.confirmDepartment({ code: BUREAU, node: "440100" })).rejects.toMatchObject(denied);
  await expect(client.putIssuingRight({ right: { departmentCode: BUREAU } })).rejects.toMatchObject(denied);
  await expect(client.putNodeKey({ key: { node: "440100" } })).rejects.toMatchObject(denied);
  await expect(client.listUnconfirmedDepartments({})).rejects.toMatchObject(denied);
  expect((await directClient(service, TermsService).listNodeKeys({})).keys).toEqual([]);
  const closed = city.close();
  await service.stop();
  await closed;
});
