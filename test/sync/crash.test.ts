import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ArchiveService } from "../../proto/gen/ecert/sync/v1/archive_service_pb.ts";
import { CertificateState } from "../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { LinkService } from "../../proto/gen/ecert/sync/v1/link_service_pb.ts";
import { Standing, StandingService } from "../../proto/gen/ecert/sync/v1/standing_service_pb.ts";
import { seededNumbers } from "../../services/domain/seeded.ts";
import { SET_ASIDE } from "../../services/event/set-aside-row.ts";
import { openStore } from "../../services/store/open.ts";
import { ARCHIVE, type ArchivedCertificate } from "../../services/sync/archive/archived-certificate.ts";
import { type House, openHouse, PROVINCE } from "./house.ts";
import { changed, daysAgo, identifierOf, makeCertificate } from "./records.ts";

const CITY = "440100";
const SEED = Number(process.env.ECERT_SEED ?? 20_261_124);
const CERTIFICATES = Number(process.env.ECERT_SYNC_CERTIFICATES ?? 1_200);
const KILLS = Number(process.env.ECERT_SYNC_KILLS ?? 16);

describe(`killed anywhere between city and province (seed ${SEED})`, () => {
  let house: House;
  beforeAll(async () => {
    house = await openHouse([CITY]);
  });
  afterAll(() => house?.close());

  /** Two events per certificate, in random order among certificates, some with files of several pieces. */
  async function load(): Promise<void> {
    const { issue } = house.node(CITY);
    const place = async (index: number) => {
      const pdfBytes = index % 250 === 0 ? 1_200_000 : 500 + (index % 40);
      const order = { node: CITY, name: `c-${index}`, issuedAt: daysAgo(index % 5), pdfBytes };
      const { record, blobs } = makeCertificate(house.department, order);
      await issue.put(record, blobs);
      if (index % 3 === 0) await pause(5);
      await issue.put(changed(record, CertificateState.REVOKED, daysAgo(0)));
    };
    for (let index = 0; index < CERTIFICATES; index += 10)
      await Promise.all(Array.from({ length: Math.min(10, CERTIFICATES - index) }, (_, more) => place(index + more)));
  }

  async function kills(): Promise<Record<string, number>> {
    const next = seededNumbers(SEED);
    const targets: Record<string, () => Promise<void>> = {
      hub: () => house.hub.restart(),
      leaf: async () => house.leaves.get(CITY)?.restart(),
      relay: () => house.node(CITY).sync.restart(),
      applier: () => house.node(PROVINCE).sync.restart(),
    };
    const names = Object.keys(targets);
    const done: Record<string, number> = {};
    for (let kill = 0; kill < KILLS; kill++) {
      const name = names[Math.floor(next() * names.length)] as string;
      await targets[name]?.();
      done[name] = (done[name] ?? 0) + 1;
      await pause(Math.floor(next() * 700));
    }
    return done;
  }

  test("every event is applied exactly once by revision, nothing stays pending, the archives are equal", async () => {
    const { issue, operator, address } = house.node(CITY);
    const [, killed] = await Promise.all([load(), kills()]);
    expect(Object.keys(killed)).toHaveLength(4);
    await expect.poll(() => issue.pending(), { timeout: 240_000, interval: 200 }).toBe(0);

    const archive = house.node(PROVINCE).usage.client(ArchiveService, "sync");
    expect((await archive.listBuckets({ node: CITY })).root).toBe(await issue.root());
    // A number more would be an event that was numbered twice.
    const { links } = await operator.client(LinkService, address).getLinks({});
    expect(links).toMatchObject([{ lastSent: BigInt(2 * CERTIFICATES), lastConfirmed: BigInt(2 * CERTIFICATES) }]);

    // Neither end was put back, and neither was ever taken for an older copy.
    for (const code of [CITY, PROVINCE]) {
      const { operator: asks, address: at, sync } = house.node(code);
      const standing = () => asks.client(StandingService, at).getStanding({});
      await expect.poll(standing, { timeout: 15_000 }).toMatchObject({ standing: Standing.LEVEL });
      expect(readFileSync(sync.logFile, "utf8")).not.toMatch(/older copy|two histories/);
    }

    const province = house.node(PROVINCE);
    await province.sync.stop();
    const directory = join(province.config.dataDirectory, "store");
    await using closing = new AsyncDisposableStack();
    const store = await openStore({ engine: "sqlite", directory, name: "sync" });
    closing.defer(() => store.close());
    const stored = await store.collection<ArchivedCertificate>(ARCHIVE);
    for (let index = 0; index < CERTIFICATES; index++) {
      const found = await stored.get(identifierOf(`c-${index}`));
      expect(found?.recordRevision).toBe(2);
      // Writes of the document: one per revision at most.
      expect(found?.revision).toBeLessThanOrEqual(2);
    }
    const setAside = await store.collection(SET_ASIDE);
    expect(await setAside.count("place", ["inbox"])).toBe(0);
  }, 420_000);
});
