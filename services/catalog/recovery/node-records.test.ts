import { beforeEach, describe, expect, test } from "vitest";
import { RegistryRecoveryService } from "../../../proto/gen/ecert/catalog/v1/registry_recovery_service_pb.ts";
import { openProvince } from "../../../test/fixtures/catalog.ts";
import { bothEngines } from "../../../test/fixtures/engines.ts";
import { directClient, openTestRuntime } from "../../../test/fixtures/runtime.ts";
import { insertRecords } from "../../../test/fixtures/stored-records.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { RunningService } from "../../node/runtime.ts";
import { contentDigest } from "../../registry/content-digest.ts";
import { catalogService } from "../main.ts";
import { encodedRecord } from "../registry/registry-record.ts";
import type { RegistryDocument } from "../stored/records.ts";
import { PARTS } from "./parts.ts";

const DEPARTMENT = "114401000000990003";
const peer = (node: string, role: "province" | "city") => ({ node, role, name: node, publicKeyFile: "", services: {} });
const as = (running: RunningService, node: string) =>
  directClient(running, RegistryRecoveryService, { kind: "node", node, name: "catalog" });

function matter(node: string, place: number): RegistryDocument {
  const key = `${node}-M-${String(place).padStart(3, "0")}`;
  const value = { code: key, name: "事项", departmentCode: DEPARTMENT, node };
  return { _id: `matter/${node}/${key}`, revision: 1, kind: "matter", node, key, changes: place + 1, value };
}

function department(node: string): RegistryDocument {
  const value = { code: DEPARTMENT, name: "局", division: node, node };
  const _id = `department/${node}/${DEPARTMENT}`;
  return { _id, revision: 1, kind: "department", node, key: DEPARTMENT, changes: 3, value };
}

async function keysOf(client: ReturnType<typeof as>, pageSize: number): Promise<string[]> {
  const found: string[] = [];
  for (let pageToken = ""; ; ) {
    const { records, nextPageToken } = await client.listNodeRecords({ pageSize, pageToken });
    expect(records.length).toBeLessThanOrEqual(pageSize);
    found.push(...records.map(({ record }) => (record.case === "matter" ? record.value.code : record.case) ?? ""));
    if (nextPageToken === "") return found;
    pageToken = nextPageToken;
  }
}

describe.each(await bothEngines())("records that catalogs list to each other, on $name", (engine) => {
  let province: RunningService;
  beforeEach(async () => {
    const opened = await openProvince(engine);
    province = opened.running;
    const matters = Array.from({ length: 23 }, (_, place) => matter("440100", place));
    const all = [department("440100"), department("440300"), ...matters, matter("440300", 0)];
    await insertRecords(opened.test.runtime.store, all);
    return opened.close;
  });

  test("5.7.3: a node is given all that the province keeps of it, by kind and key, in pages of whatever size, and nothing of others", async () => {
    const all = ["department", ...Array.from({ length: 23 }, (_, place) => matter("440100", place).key)];
    for (const size of [1, 7, 200]) expect(await keysOf(as(province, "440100"), size)).toEqual(all);
    expect(await keysOf(as(province, "440300"), 50)).toEqual(["department", "440300-M-000"]);
    const [, first] = (await as(province, "440100").listNodeRecords({ pageSize: 2 })).records;
    expect(first).toMatchObject({ changes: 1n, record: { value: { code: "440100-M-000" } } });
  });

  test("whoever is neither the node nor its province is refused, and a token that is none", async () => {
    for (const node of ["441900", "440000"]) {
      await expect(as(province, node).listNodeRecords({})).rejects.toMatchObject({ reason: "PERMISSION_DENIED" });
    }
    for (const pageToken of ["x", "WzksIiJd", "bnVsbA"]) {
      const refused = as(province, "440100").listNodeRecords({ pageToken });
      await expect(refused).rejects.toMatchObject({ reason: "INVALID_FIELD", fields: [{ field: "page_token" }] });
    }
  });
});

test("a node whose configuration names no catalog of the province is told what was not compared, and nothing fails", async () => {
  const city = await openTestRuntime({ service: "catalog", code: "440100", peers: [peer("440000", "province")] });
  const running = await catalogService.start(city.runtime);
  const client = directClient(running, RegistryRecoveryService, { kind: "service", node: "440100", name: "sync" });
  for (const dryRun of [true, false]) {
    const { parts, notices, lacking } = await client.recoverRegistry({ dryRun });
    expect(parts.map(({ done, failed }) => [done, failed])).toEqual(PARTS.map(() => [0n, 0n]));
    expect(notices).toEqual([]);
    expect(lacking).toEqual([expect.stringContaining("peers[].services.catalog")]);
  }
  const closed = city.close();
  await running.stop();
  await closed;
});

test("5.7.3: a node lists its own records to its province alone", async () => {
  const peers = [peer("440000", "province"), peer("440300", "city")];
  const city = await openTestRuntime({ service: "catalog", code: "440100", peers });
  const running = await catalogService.start(city.runtime);
  await insertRecords(city.runtime.store, [department("440100"), matter("440100", 0)]);
  expect(await keysOf(as(running, "440000"), 50)).toEqual(["department", "440100-M-000"]);
  await expect(as(running, "440300").listNodeRecords({})).rejects.toMatchObject({ reason: "PERMISSION_DENIED" });
  const closed = city.close();
  await running.stop();
  await closed;
});

test("two records differ in what they say, and neither in how often they changed nor in what another version has added", () => {
  const record = { ...department("440100"), past: { superiors: [] } };
  const digest = (document: RegistryDocument) =>
    contentDigest<RegistryDocument>({ terms: { encoded: encodedRecord } }, document);
  const { node: _node, ...value } = record.value;
  for (const change of [{ changes: 9 }, { value }, { value: { ...value, added: "later" } }])
    expect(digest({ ...record, ...change })).toBe(digest(record));
  const superiors = [{ code: DEPARTMENT, until: "2026-01-01T00:00:00.000Z" }];
  for (const change of [{ value: { ...value, closed: true } }, { past: { superiors } }])
    expect(digest({ ...record, ...change })).not.toBe(digest(record));
});

test("a province that cannot be asked ends it", async () => {
  const province = { ...peer("440000", "province"), services: { catalog: { addresses: ["127.0.0.1:1"] } } };
  const away = new Refusal("PEER_AWAY", "the province is away");
  const listNodeRecords = async () => Promise.reject(away);
  const clients = { "ecert.catalog.v1.RegistryRecoveryService": { listNodeRecords } };
  const city = await openTestRuntime({ service: "catalog", code: "440100", peers: [province], clients });
  const running = await catalogService.start(city.runtime);
  const recovery = directClient(running, RegistryRecoveryService, { kind: "service", node: "440100", name: "sync" });
  await expect(recovery.recoverRegistry({ dryRun: true })).rejects.toMatchObject({ reason: "PEER_AWAY" });
  const closed = city.close();
  await running.stop();
  await closed;
});
