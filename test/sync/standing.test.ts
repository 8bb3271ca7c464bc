import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { create } from "@bufbuild/protobuf";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EventKind, PendingEventSchema } from "../../proto/gen/ecert/event/v1/event_pb.ts";
import { LinkService } from "../../proto/gen/ecert/sync/v1/link_service_pb.ts";
import { Standing, StandingService } from "../../proto/gen/ecert/sync/v1/standing_service_pb.ts";
import { openStore } from "../../services/store/open.ts";
import { openOutgoing } from "../../services/sync/send/open-outgoing.ts";
import { openTestRuntime } from "../fixtures/runtime.ts";
import { type House, openHouse, PROVINCE } from "./house.ts";
import { daysAgo, makeCertificate } from "./records.ts";

const CITY = "440100";
const OTHER = "440300";
const LONG = { timeout: 30_000, interval: 50 };
/** A node says that it is behind within five seconds of its start; the other half is for a machine that is busy with other things. */
const SOON = { timeout: 10_000, interval: 50 };

describe("a node that is started from an older copy of itself", () => {
  let house: House;
  let serial = 0;
  beforeAll(async () => {
    house = await openHouse([CITY, OTHER]);
  });
  afterAll(() => house?.close());

  async function issue(count: number): Promise<void> {
    for (let index = 0; index < count; index++) {
      const order = { node: CITY, name: `s-${serial++}`, issuedAt: daysAgo(1) };
      const { record, blobs } = makeCertificate(house.department, order);
      await house.node(CITY).issue.put(record, blobs);
    }
  }

  const arrived = () => expect.poll(() => house.node(CITY).issue.pending(), LONG).toBe(0);

  function standing(code: string) {
    const { operator, address } = house.node(code);
    return operator.client(StandingService, address).getStanding({ waitMs: 0 });
  }

  async function linkOf(code: string, peer: string) {
    const { operator, address } = house.node(code);
    return (await operator.client(LinkService, address).getLinks({})).links.find(({ node }) => node === peer);
  }

  async function level(): Promise<void> {
    for (const code of [CITY, OTHER, PROVINCE])
      await expect
        .poll(() => standing(code).catch(String), LONG)
        .toMatchObject({ standing: Standing.LEVEL, detail: "" });
  }

  const asks = (code: string) => house.node(code).usage.standing.require();
  const text = async (code: string, path: string) => (await fetch(`http://${house.node(code).admin}${path}`)).text();
  const copyOf = (code: string, name: string) => join(house.directory, `${code}-${name}`);

  /** Takes a cold copy of a node's sync service: it does not run meanwhile. */
  async function copy(code: string, name: string): Promise<void> {
    const { sync, config } = house.node(code);
    await sync.stop();
    cpSync(config.dataDirectory, copyOf(code, name), { recursive: true });
    await sync.restart();
  }

  interface Change {
    /** Name under which what was there is kept. */
    keep?: string;
    /** What is done to the copy before the service is started. */
    change?: (directory: string) => Promise<void>;
  }

  /** Starts the node's sync service from a copy. */
  async function putBack(code: string, name: string, { keep, change }: Change = {}): Promise<void> {
    const { sync, config } = house.node(code);
    await sync.stop();
    if (keep) cpSync(config.dataDirectory, copyOf(code, keep), { recursive: true });
    rmSync(config.dataDirectory, { recursive: true });
    cpSync(copyOf(code, name), config.dataDirectory, { recursive: true });
    await change?.(config.dataDirectory);
    await sync.restart();
  }

  test("a city says so, the province says so, nothing is sent, and nothing new is given out, until the right copy is back", async () => {
    await issue(5);
    await arrived();
    await level();
    await copy(CITY, "old");
    await issue(6);
    await arrived();
    await putBack(CITY, "old", { keep: "new" });

    const detail = expect.stringContaining(`${PROVINCE} has applied event 11 of ${CITY}, which knows of 5`);
    await expect.poll(() => standing(CITY), SOON).toMatchObject({ standing: Standing.BEHIND, detail });
    await expect
      .poll(async () => (await linkOf(PROVINCE, CITY))?.standing, SOON)
      .toMatchObject({ standing: Standing.LEVEL, peerStanding: Standing.BEHIND });
    await expect
      .poll(
        () =>
          asks(CITY).then(
            () => "given",
            (error) => error.reason,
          ),
        SOON,
      )
      .toBe("NODE_BEHIND");
    expect(await text(CITY, "/readyz")).toContain("sync: standing: this node is behind");
    expect(await text(CITY, "/metrics")).toMatch(/ecert_standing\{[^}]*end="own"[^}]*\} 2/);
    expect(await text(PROVINCE, "/readyz")).toContain(`sync: standing: ${CITY} is behind`);
    // Others are not concerned, and the province gives out what it may.
    expect(await standing(OTHER)).toMatchObject({ standing: Standing.LEVEL });
    await asks(PROVINCE);

    await issue(1);
    const compared = (await linkOf(CITY, PROVINCE))?.standing?.comparedAt;
    await expect.poll(async () => (await linkOf(CITY, PROVINCE))?.standing?.comparedAt, LONG).not.toBe(compared);
    expect(await linkOf(CITY, PROVINCE)).toMatchObject({ lastSent: 5n, pending: 1n });
    expect(await linkOf(PROVINCE, CITY)).toMatchObject({ lastReceived: 11n });
    expect(await house.node(CITY).issue.pending()).toBe(1);

    await putBack(CITY, "new");
    await level();
    await arrived();
    expect(await linkOf(PROVINCE, CITY)).toMatchObject({ lastReceived: 12n });
    await expect.poll(() => asks(CITY).then(() => "given", String), LONG).toBe("given");
  }, 120_000);

  test("a city that gave the numbers to other events is told from one that is only behind", async () => {
    await copy(CITY, "old");
    await issue(2);
    await arrived();
    const { number } = await marked();
    await putBack(CITY, "old", { keep: "new", change: otherHistory });
    const detail = expect.stringContaining("which has given this number to another event");
    await expect.poll(() => standing(CITY), SOON).toMatchObject({ standing: Standing.FORKED, detail });
    await expect.poll(async () => (await linkOf(PROVINCE, CITY))?.standing?.peerStanding, SOON).toBe(Standing.FORKED);
    await expect
      .poll(
        () =>
          asks(CITY).then(
            () => "given",
            (error) => error.reason,
          ),
        SOON,
      )
      .toBe("NODE_BEHIND");
    expect(await marked()).toEqual({ number });
    await putBack(CITY, "new");
    await level();

    async function marked() {
      return { number: (await linkOf(PROVINCE, CITY))?.lastReceived };
    }

    /** What a version that compared nothing would have done: it went on numbering, for other events. */
    async function otherHistory(directory: string): Promise<void> {
      const store = await openStore({ engine: "sqlite", directory: join(directory, "store"), name: "sync" });
      const { runtime, close } = await openTestRuntime({ service: "sync", code: CITY, store });
      const outgoing = await openOutgoing({ ...runtime, node: CITY, peer: PROVINCE });
      for (let index = 0; index < 4; index++) {
        const [key, kind] = [`other-${index}:1`, EventKind.CERTIFICATE_CHANGED];
        const payload = Buffer.from(key);
        await outgoing.assign("issue", create(PendingEventSchema, { key, kind, revision: 1n, payload }));
      }
      await close();
    }
  }, 120_000);

  test("the province says so, publishes nothing, and does not forget it though it goes on applying what comes", async () => {
    await copy(PROVINCE, "old");
    await issue(3);
    await arrived();
    await putBack(PROVINCE, "old");
    const detail = expect.stringContaining(`${CITY} holds a receipt of ${PROVINCE} for event`);
    await expect.poll(() => standing(PROVINCE), SOON).toMatchObject({ standing: Standing.BEHIND, detail });
    await expect
      .poll(async () => (await linkOf(CITY, PROVINCE))?.standing, SOON)
      .toMatchObject({ standing: Standing.LEVEL, peerStanding: Standing.BEHIND });
    await expect
      .poll(
        () =>
          asks(PROVINCE).then(
            () => "given",
            (error) => error.reason,
          ),
        SOON,
      )
      .toBe("NODE_BEHIND");

    await issue(1);
    await arrived();
    await house.node(PROVINCE).sync.restart();
    await expect.poll(() => standing(PROVINCE).catch(String), LONG).toMatchObject({ standing: Standing.BEHIND });
    await expect
      .poll(
        () =>
          asks(PROVINCE).then(
            () => "given",
            (error) => error.reason,
          ),
        LONG,
      )
      .toBe("NODE_BEHIND");
    await asks(CITY);
  }, 120_000);
});
