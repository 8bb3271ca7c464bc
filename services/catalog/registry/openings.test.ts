import { expect, onTestFinished, test } from "vitest";
import { openTestRuntime } from "../../../test/fixtures/runtime.ts";
import { insertRecords, registryOf } from "../../../test/fixtures/stored-records.ts";
import type { CatalogContext } from "../context.ts";
import type { RegistryDocument } from "../stored/records.ts";
import { openingKey, openingsFor } from "./openings.ts";

const [ISSUER, SUPERIOR, OTHER] = ["114401000000990003", "114401000000990016", "114401000000990029"] as const;

async function withOpenings(openings: readonly { itemCode: string; departmentCode: string; appKey: string }[]) {
  const { runtime, close } = await openTestRuntime({ service: "catalog" });
  onTestFinished(close);
  const documents = openings.map((opening): RegistryDocument => {
    const key = openingKey(opening);
    const value = { ...opening, sealCode: "S", opensOn: "2026-01-01" };
    return { _id: `opening/440100/${key}`, revision: 1, kind: "opening", node: "440100", key, changes: 1, value };
  });
  await insertRecords(runtime.store, documents);
  return { registry: await registryOf(runtime.store, "opening"), runtime } as unknown as CatalogContext;
}

test("6.4.5.1: the opening of an issuer is found behind thousands of others of the same item", async () => {
  const departmentCode = (place: number) => `1144010000009${String(place).padStart(5, "0")}`;
  const others = Array.from({ length: 2500 }, (_, place) => ({
    itemCode: "YYZZ",
    departmentCode: departmentCode(place),
    appKey: "440100-a",
  }));
  const last = { itemCode: "YYZZ", departmentCode: "91440101MA59XXXXXX", appKey: "440100-a" };
  const context = await withOpenings([...others, last]);
  const found = await openingsFor(context, "YYZZ", [last.departmentCode]);
  expect(found.map(({ department }) => department)).toEqual([last.departmentCode]);
});

test("6.4.4.2: all apps of a department are found, however many, its superiors' behind them", async () => {
  const many = Array.from({ length: 1500 }, (_, place) => ({
    itemCode: "YYZZ",
    departmentCode: ISSUER,
    appKey: `440100-${String(place).padStart(4, "0")}`,
  }));
  const context = await withOpenings([
    ...many,
    { itemCode: "YYZZ", departmentCode: SUPERIOR, appKey: "440100-s" },
    { itemCode: "YYZZ", departmentCode: OTHER, appKey: "440100-o" },
  ]);
  const found = await openingsFor(context, "YYZZ", [ISSUER, SUPERIOR]);
  expect(found).toHaveLength(1501);
  expect(found.at(-1)).toMatchObject({ department: SUPERIOR, app: "440100-s" });
});

test("an opening is read by the members that its contract names, like every stored record", async () => {
  const former = { itemCode: "YYZZ", departmentCode: ISSUER, appKey: "440100-a", formerMember: "x" };
  const context = await withOpenings([former]);
  const found = await openingsFor(context, "YYZZ", [ISSUER]);
  expect(found.map(({ app }) => app)).toEqual(["440100-a"]);
});

test("openings of an item whose code begins like another's and a department are not that item's", async () => {
  const context = await withOpenings([{ itemCode: `YYZZ/${ISSUER}`, departmentCode: OTHER, appKey: "440100-a" }]);
  expect(await openingsFor(context, "YYZZ", [ISSUER])).toEqual([]);
});
