import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { LinkService } from "../../proto/gen/ecert/sync/v1/link_service_pb.ts";
import { type House, openHouse, PROVINCE } from "./house.ts";
import { daysAgo, makeCertificate } from "./records.ts";

const CITY = "440100";
const BACKLOG = 1_000;
/** Longer than pings wait; `ECERT_FREEZE_SECONDS=40` for the long one. */
const FREEZE_MS = Number(process.env.ECERT_FREEZE_SECONDS ?? 15) * 1_000;
/** The holder of every certificate of the load. */
const HOLDER = { name: "陈岭", code: "440101199001010018" };

describe("a hub that hangs with a backlog of a thousand certificates and their files", () => {
  let house: House;
  beforeAll(async () => {
    house = await openHouse([CITY]);
  });
  afterAll(() => house?.close());

  const link = async (code: string) =>
    (await house.node(code).operator.client(LinkService, house.node(code).address).getLinks({})).links[0];
  const connected = async () => (await Promise.all([link(CITY), link(PROVINCE)])).map((one) => one?.connected);

  const gauge = async () => {
    const text = await (await fetch(`http://${house.node(CITY).admin}/metrics`)).text();
    return Number(/^ecert_link_pending\{.*\} (\d+)$/m.exec(text)?.[1]);
  };

  test("both ends have the hub again within 15 s, and everything arrives", async () => {
    const { issue } = house.node(CITY);
    const made = Array.from({ length: BACKLOG }, (_, count) => {
      const pdfBytes = 60_000;
      return makeCertificate(house.department, {
        node: CITY,
        name: `f-${count}`,
        issuedAt: daysAgo(count % 4),
        pdfBytes,
      });
    });
    const put = async (from: number, to: number) => {
      await Promise.all(made.slice(from, to).map(({ record, blobs }) => issue.put(record, blobs)));
    };
    /** What waits is counted whole, in answer and gauge, and the event that waits longest is named. */
    const told = async () => {
      expect(await issue.pending()).toBeGreaterThan(500);
      const fault = { reason: "PEER_AWAY", number: expect.any(BigInt), tries: expect.any(BigInt) };
      // Receipts that were on their way before the hub hung may still clear some.
      const level = async () => {
        const [city, shown, pending] = [await link(CITY), await gauge(), await issue.pending()];
        return { ...city, counted: city?.pending === BigInt(pending), shown: shown === pending };
      };
      await expect
        .poll(level, { timeout: 30_000, interval: 250 })
        .toMatchObject({ connected: false, counted: true, shown: true, stuck: fault });
    };
    await put(0, 200);
    // In the middle of messages, so that the province has half of one.
    await expect
      .poll(async () => (await link(CITY))?.lastConfirmed, { timeout: 30_000, interval: 10 })
      .toBeGreaterThan(20n);
    house.hub.server.pause();
    try {
      await Promise.all([delay(FREEZE_MS), put(200, BACKLOG).then(told)]);
    } finally {
      house.hub.server.resume();
    }
    await expect.poll(connected, { timeout: 15_000, interval: 100 }).toEqual([true, true]);
    await expect.poll(() => issue.pending(), { timeout: 180_000, interval: 250 }).toBe(0);
  }, 300_000);

  test("no process has printed a name, a code, or anything but lines of its log", async () => {
    const logs = (await readdir(house.directory)).filter((name) => name.endsWith(".log"));
    expect(logs).toHaveLength(4);
    for (const name of logs) {
      const text = await readFile(join(house.directory, name), "utf8");
      for (const secret of Object.values(HOLDER)) expect(text.includes(secret), name).toBe(false);
      if (!name.startsWith("sync-")) continue;
      const lines = text.trim().split("\n");
      expect(lines.filter((line) => !isLogLine(line))).toEqual([]);
      expect(text).toContain("event link: connected");
    }
  });
});

function isLogLine(line: string): boolean {
  try {
    return typeof JSON.parse(line).level === "string";
  } catch {
    return false;
  }
}
