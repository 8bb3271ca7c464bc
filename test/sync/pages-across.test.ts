import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ExchangeService } from "../../proto/gen/ecert/sync/v1/exchange_service_pb.ts";
import { Refusal } from "../../services/domain/refusal.ts";
import { eventually } from "../node/eventually.ts";
import { type House, openHouse } from "./house.ts";
import { makeCertificate } from "./records.ts";

const CITIES = ["440100", "440200"] as const;
const USER = "440300";
const HOLDER = "440301199303030030";
const ITEMS = { "440100": "item-1", "440200": "item-2" };
const COUNTS = { "440100": 150, "440200": 110 };

describe("5.7.4: a person with more certificates than a page holds, in two cities", () => {
  let house: House;
  const times = new Map<string, number>();

  beforeAll(async () => {
    house = await openHouse([...CITIES, USER]);
    const items = Object.values(ITEMS).map((itemCode) => ({ itemCode, fields: [], files: [] }));
    house.catalog.matters = [{ node: USER, app: "440300-zwdt", code: "matter-1", items }];
    // The department issues its second item at the second city (5.6.2).
    house.catalog.say(({ rights }) => {
      for (const right of rights) if (right.itemCode === ITEMS["440200"]) right.node = "440200";
    });
    for (const node of CITIES)
      for (let n = 0; n < COUNTS[node]; n++) {
        const issuedAt = new Date(Date.now() - 86_400_000 + n * (node === "440100" ? 1_000 : 1_700)).toISOString();
        const order = {
          node,
          name: `p-${node}-${n}`,
          issuedAt,
          itemCode: ITEMS[node],
          holderCode: HOLDER,
          pdfBytes: 50,
        };
        const { record, blobs } = makeCertificate(house.department, order);
        times.set(record.identifier, Date.parse(issuedAt));
        await house.node(node).issue.put(record, blobs);
      }
    for (const node of CITIES) await eventually(async () => expect(await house.node(node).issue.pending()).toBe(0));
  });
  afterAll(() => house?.close());

  async function pages(pageSize: number): Promise<{ identifiers: string[]; unreachable: string[] }[]> {
    const ground = {
      node: USER,
      appKey: "440300-zwdt",
      matterCode: "matter-1",
      purpose: "核验",
      usageCodeDigest: "ab".repeat(32),
      holderCodeType: "111",
      holderCode: HOLDER,
    };
    const exchange = house.node(USER).usage.client(ExchangeService, "sync");
    const found: { identifiers: string[]; unreachable: string[] }[] = [];
    for (let pageToken = ""; ; ) {
      const page = await exchange.findAcross({ ground, itemCodes: Object.values(ITEMS), pageSize, pageToken });
      const identifiers = page.certificates.map(({ identifier }) => identifier);
      found.push({ identifiers, unreachable: page.unreachableNodes });
      pageToken = page.nextPageToken;
      if (pageToken === "") return found;
    }
  }

  function expectAll(found: readonly { identifiers: string[] }[]): void {
    const all = found.flatMap(({ identifiers }) => identifiers);
    expect(all).toHaveLength(times.size);
    expect(new Set(all)).toEqual(new Set(times.keys()));
    const order = all.map((identifier) => times.get(identifier) ?? 0);
    expect(order).toEqual([...order].sort((a, b) => b - a));
  }

  test("is shown all of them page by page, newest first, each once: nothing is cut off at 200", async () => {
    const found = await pages(200);
    expect(found.map(({ identifiers }) => identifiers.length)).toEqual([200, 60]);
    expectAll(found);
    expectAll(await pages(70));
  });

  test("is shown the same where a city refuses: one that does stops nobody, and counts as one that could not be asked", async () => {
    const { issue } = house.node("440200");
    issue.refusesLists = new Refusal("PERMISSION_DENIED", "nobody may ask here");
    const found = await pages(200);
    issue.refusesLists = undefined;
    expectAll(found);
    expect(found.map(({ unreachable }) => unreachable)).toEqual([["440200"], ["440200"]]);
  });

  test("is shown the same out of the archive where a city is away, and every page tells so", async () => {
    await house.node("440200").sync.kill();
    const found = await pages(100);
    expectAll(found);
    expect(found.flatMap(({ unreachable }) => unreachable)).toEqual(found.map(() => "440200"));
    await house.node("440200").sync.restart();
  });
});
