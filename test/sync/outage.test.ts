import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { create, toBinary } from "@bufbuild/protobuf";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ReceiptSchema } from "../../proto/gen/ecert/event/v1/event_pb.ts";
import { ArchiveService } from "../../proto/gen/ecert/sync/v1/archive_service_pb.ts";
import { CertificateState } from "../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { LinkService } from "../../proto/gen/ecert/sync/v1/link_service_pb.ts";
import { FileFormat } from "../../proto/gen/ecert/type/v1/file_pb.ts";
import { openStore } from "../../services/store/open.ts";
import { ARCHIVE, type ArchivedCertificate } from "../../services/sync/archive/archived-certificate.ts";
import { type House, openHouse, PROVINCE } from "./house.ts";
import { changed, daysAgo, identifierOf, makeCertificate } from "./records.ts";

const CITY = "440100";
const LONG = { timeout: 60_000, interval: 100 };

describe("what is lost on the way is lost to nobody", () => {
  let house: House;
  let serial = 0;
  beforeAll(async () => {
    house = await openHouse([CITY]);
  });
  afterAll(() => house?.close());

  const archive = () => house.node(PROVINCE).usage.client(ArchiveService, "sync");
  const links = (code: string) => house.node(code).operator.client(LinkService, house.node(code).address);
  const compare = () => links(PROVINCE).compareArchive({ node: CITY });

  async function issue(count: number): Promise<string[]> {
    const made = Array.from({ length: count }, () => `c-${serial++}`);
    for (const name of made) {
      const order = { node: CITY, name, issuedAt: daysAgo(serial % 4), pdfBytes: 600_000 };
      const { record, blobs } = makeCertificate(house.department, order);
      await house.node(CITY).issue.put(record, blobs);
    }
    return made.map(identifierOf);
  }

  async function arrived(): Promise<void> {
    const { issue } = house.node(CITY);
    await expect.poll(() => issue.pending(), LONG).toBe(0);
    await expect.poll(rootThere, LONG).toBe(await issue.root());
  }

  /** `away` while the channel to a service that was restarted is not yet up again. */
  function rootThere(): Promise<string> {
    return archive()
      .listBuckets({ node: CITY })
      .then(
        ({ root }) => root,
        () => "away",
      );
  }

  test("a hub that hangs without closing is noticed, issuing goes on, and everything arrives when it is back", async () => {
    await issue(2);
    await arrived();
    house.hub.server.pause();
    try {
      await issue(5);
      await expect
        .poll(async () => (await links(CITY).getLinks({})).links[0], LONG)
        .toMatchObject({ connected: false, pending: 5n });
      expect((await links(CITY).getLinks({})).links[0]?.lagMs).toBeGreaterThan(0n);
    } finally {
      house.hub.server.resume();
    }
    await arrived();
  }, 120_000);

  test("a hub that comes back without its streams has lost nothing", async () => {
    const { sync } = house.node(PROVINCE);
    await sync.kill();
    await issue(8);
    // They are in the hub's stream, and nobody has applied them.
    await expect.poll(async () => (await links(CITY).getLinks({})).links[0]?.lastSent, LONG).toBe(BigInt(serial));
    await house.hub.server.kill();
    await rm(house.hubStore, { recursive: true });
    await house.hub.restart();
    await sync.restart();
    await arrived();
  }, 120_000);

  test("a leaf that comes back with nothing has lost nothing", async () => {
    const leaf = house.leaves.get(CITY);
    await Promise.all([issue(10), leaf?.server.kill()]);
    await leaf?.restart();
    await arrived();
  }, 120_000);

  test("a receipt that the province has not signed clears nothing", async () => {
    const province = house.node(PROVINCE);
    await arrived();
    await province.sync.kill();
    const [identifier] = await issue(1);
    const number = BigInt(serial);
    await expect.poll(async () => (await links(CITY).getLinks({})).links[0]?.lastSent, LONG).toBe(number);
    const link = house.link(PROVINCE);
    const forged = create(ReceiptSchema, {
      node: PROVINCE,
      originNode: CITY,
      number,
      key: `${identifier}:1`,
      payloadSha256: "0".repeat(64),
      signature: new Uint8Array(64),
    });
    const subject = `ecert.${CITY}.down.receipt.${number}`;
    await expect
      .poll(
        () =>
          link.publish(subject, toBinary(ReceiptSchema, forged)).then(
            () => true,
            () => false,
          ),
        LONG,
      )
      .toBe(true);
    await link.close();
    // The city has taken the forged receipt out of its stream, and still waits.
    const quarantined = () => house.node(CITY).sync.logFile;
    await expect
      .poll(async () => readFile(quarantined(), "utf8"), LONG)
      .toContain("a receipt that the peer has not signed");
    expect(await house.node(CITY).issue.pending()).toBe(1);
    await province.sync.restart();
    await arrived();
  }, 120_000);

  test("4.6.2: what the archive lost is found by comparison and fetched from the city, attachments too", async () => {
    const province = house.node(PROVINCE);
    const { record, blobs } = makeCertificate(house.department, {
      node: CITY,
      name: "old",
      issuedAt: daysAgo(2),
    });
    await house.node(CITY).issue.put(record, blobs);
    await house.node(CITY).issue.put(changed(record, CertificateState.SUSPENDED, daysAgo(1)));
    await arrived();
    await province.sync.stop();
    await forget(
      ["c-0", "c-5", "old"].map(identifierOf),
      record.files.map(({ sha256 }) => sha256),
    );
    await province.sync.restart();
    await expect.poll(rootThere, LONG).not.toBe("away");
    expect(await rootThere()).not.toBe(await house.node(CITY).issue.root());
    await expect.poll(compare, LONG).toMatchObject({ equal: true, repaired: 3n, records: BigInt(serial + 1) });
    await arrived();
    const { file } = await archive().getFile({ identifier: identifierOf("old"), format: FileFormat.PDF });
    expect(Buffer.compare(file?.content ?? Buffer.alloc(0), blobs[0] as Uint8Array)).toBe(0);
    const { root } = await compare();
    expect(root).toBe(await house.node(CITY).issue.root());
    // What the city knows of it: that it was asked, and the digest that it answered.
    const [link] = (await links(CITY).getLinks({})).links;
    expect(link?.askedArchive).toMatchObject({ root, at: expect.stringMatching(/^20.*Z$/) });
    expect(link?.comparison).toBeUndefined();
    const [there] = (await links(PROVINCE).getLinks({})).links;
    expect(there?.comparison).toMatchObject({ equal: true, repaired: 0n });
    expect(there?.askedArchive).toBeUndefined();
  }, 120_000);

  test("4.6.2: where the city has less than the archive, nothing is taken away and the archives are not equal", async () => {
    await house.node(CITY).issue.lose(identifierOf("c-1"));
    expect(await compare()).toMatchObject({ equal: false, repaired: 0n });
    expect((await archive().getCertificate({ identifier: identifierOf("c-1") })).record?.identifier).toBe(
      identifierOf("c-1"),
    );
  }, 60_000);

  /** Takes records and blobs out of the province's store while nobody has it open. */
  async function forget(identifiers: string[], digests: string[]): Promise<void> {
    const directory = join(house.node(PROVINCE).config.dataDirectory, "store");
    const store = await openStore({ engine: "sqlite", directory, name: "sync" });
    try {
      const stored = await store.collection<ArchivedCertificate>(ARCHIVE);
      for (const identifier of identifiers) {
        const found = await stored.get(identifier);
        expect(await stored.remove(identifier, found?.revision ?? 0)).toBe(true);
      }
    } finally {
      await store.close();
    }
    const database = new DatabaseSync(join(directory, "sync.sqlite"));
    const remove = database.prepare(`DELETE FROM "b:places" WHERE digest = ?`);
    for (const digest of digests) expect(remove.run(Buffer.from(digest, "hex")).changes).toBe(1);
    database.close();
  }
});
