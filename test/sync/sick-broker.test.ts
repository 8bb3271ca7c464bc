import { execFileSync } from "node:child_process";
import { mkdir, readdir, readFile, rm, statfs, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { LinkService } from "../../proto/gen/ecert/sync/v1/link_service_pb.ts";
import { type House, openHouse, PROVINCE } from "./house.ts";
import { daysAgo, makeCertificate } from "./records.ts";

const CITY = "440100";
const SOON = { timeout: 60_000, interval: 100 };
/** What the streams may take until they work again, from when there is room. */
const HEALED = { timeout: 60_000, interval: 250 };

describe("streams that take nothing more are made anew while the hub runs", () => {
  let house: House;
  let serial = 0;
  let mounted = false;
  beforeAll(async () => {
    house = await openHouse([CITY]);
    // A disk of its own for the hub. Where none can be mounted the tests fail here: nothing else would show the fault.
    await house.hub.server.kill();
    await rm(house.hubStore, { recursive: true });
    await mkdir(house.hubStore);
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=48m,mode=0700", "tmpfs", house.hubStore]);
    mounted = true;
    await house.hub.restart();
  }, 120_000);
  afterAll(async () => {
    await house?.hub.server.kill();
    if (mounted) execFileSync("umount", ["--lazy", house.hubStore]);
    await house?.close();
  });

  const link = async (code: string) =>
    (await house.node(code).operator.client(LinkService, house.node(code).address).getLinks({})).links[0];
  const provinceLog = () => readFile(house.node(PROVINCE).sync.logFile, "utf8");
  const anew = async () => (await provinceLog()).split("takes nothing more: it is made anew").length - 1;

  async function issue(count: number): Promise<void> {
    for (let made = 0; made < count; made++) {
      const order = { node: CITY, name: `s-${serial++}`, issuedAt: daysAgo(serial % 4), pdfBytes: 600_000 };
      const { record, blobs } = makeCertificate(house.department, order);
      await house.node(CITY).issue.put(record, blobs);
    }
  }
  const arrived = () => expect.poll(() => house.node(CITY).issue.pending(), HEALED).toBe(0);

  test("a disk that was full: both ends tell of it, and everything arrives within 60 s once there is room", async () => {
    await issue(3);
    await arrived();
    const ballast = join(house.hubStore, "ballast");
    const { bavail, bsize } = await statfs(house.hubStore);
    await writeFile(ballast, Buffer.alloc(bavail * bsize));
    await issue(3);
    await expect.poll(async () => (await link(PROVINCE))?.streamFault, SOON).toContain("PEER_AWAY");
    await expect.poll(async () => (await link(CITY))?.streamFault, SOON).toContain("PEER_AWAY");
    expect(await provinceLog()).toContain("a stream cannot be used now");
    await rm(ballast);
    await arrived();
    await expect.poll(async () => (await link(PROVINCE))?.streamFault, SOON).toBe("");
    await expect.poll(async () => (await link(CITY))?.streamFault, SOON).toBe("");
    expect(await anew()).toBeGreaterThan(0);
  }, 180_000);

  test("files that were taken away under the running hub: the streams are made anew, and everything arrives", async () => {
    const before = await anew();
    for (const name of await readdir(house.hubStore)) await rm(join(house.hubStore, name), { recursive: true });
    await issue(3);
    await expect.poll(anew, HEALED).toBeGreaterThanOrEqual(before + 2);
    await issue(3);
    await arrived();
    await expect.poll(async () => (await link(PROVINCE))?.streamFault, SOON).toBe("");
  }, 180_000);
});
