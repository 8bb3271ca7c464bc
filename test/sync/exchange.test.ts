import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ArchiveService } from "../../proto/gen/ecert/sync/v1/archive_service_pb.ts";
import { type CertificateRecord, CertificateState } from "../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { ExchangeService } from "../../proto/gen/ecert/sync/v1/exchange_service_pb.ts";
import { LinkService } from "../../proto/gen/ecert/sync/v1/link_service_pb.ts";
import { FileFormat } from "../../proto/gen/ecert/type/v1/file_pb.ts";
import { canonicalJson, type JsonObject, sha256Hex } from "../../services/domain/canonical.ts";
import type { Reason } from "../../services/domain/reason.ts";
import { Refusal } from "../../services/domain/refusal.ts";
import { verifyJournal } from "../../services/journal/read-journal.ts";
import { eventually } from "../node/eventually.ts";
import { type House, openHouse, PROVINCE } from "./house.ts";
import { changed, daysAgo, identifierOf, makeCertificate } from "./records.ts";

const CITY = "440100";
const USER = "440300";
const HOLDER = "440301199303030030";
const DATA = { name: "岭海餐饮店", capital: "伍佰万元" };
const LONG = { timeout: 30_000, interval: 50 };

describe("5.7.4: user city → province → issuing city", () => {
  let house: House;
  const records = new Map<string, CertificateRecord>();
  beforeAll(async () => {
    house = await openHouse([CITY, USER]);
    const items = ["item-1", "item-2"].map((itemCode) => ({ itemCode, fields: ["name"], files: [FileFormat.PDF] }));
    house.catalog.matters = [{ node: USER, app: "440300-zwdt", code: "matter-1", items }];
    for (const [name, itemCode] of [
      ["x-1", "item-1"],
      ["x-2", "item-2"],
    ] as const) {
      const order = { node: CITY, name, itemCode, issuedAt: daysAgo(1), holderCode: HOLDER, data: DATA };
      const made = makeCertificate(house.department, order);
      records.set(name, made.record);
      await house.node(CITY).issue.put(made.record, made.blobs);
    }
    await eventually(async () => expect(await house.node(CITY).issue.pending()).toBe(0));
  });
  afterAll(() => house?.close());

  const exchange = (code: string) => house.node(code).usage.client(ExchangeService, "sync");
  const ground = (node: string) => ({
    node,
    appKey: "440300-zwdt",
    matterCode: "matter-1",
    purpose: "办理开办餐饮店",
    usageCodeDigest: "ab".repeat(32),
    holderCodeType: "111",
    holderCode: HOLDER,
  });
  const recordOf = (name: string) => records.get(name) as CertificateRecord;

  test("a city finds, reads and files a certificate of another city", async () => {
    const asked = { ground: ground(USER), itemCodes: ["item-1"] };
    const { certificates, unreachableNodes } = await exchange(USER).findAcross(asked);
    expect(certificates.map(({ identifier }) => identifier)).toEqual([identifierOf("x-1")]);
    expect(unreachableNodes).toEqual([]);
    const identifier = identifierOf("x-1");
    const got = await exchange(USER).getAcross({ ground: ground(USER), identifier, fields: ["name"] });
    expect(got).toMatchObject({
      fromArchive: false,
      certificate: { identifier, node: CITY, data: { name: DATA.name }, judgement: { holds: true, node: PROVINCE } },
    });
    const { file } = await exchange(USER).fetchFileAcross({
      ground: ground(USER),
      identifier: identifierOf("x-1"),
      format: FileFormat.PDF,
    });
    expect(file?.sha256).toBe(recordOf("x-1").files[0]?.sha256);
    // 5.9.5: the holder sees it where it was issued and at the province; the city that used it keeps its own list.
    for (const code of [CITY, PROVINCE]) {
      const told = house.node(code).uses.filter(({ ground: by }) => by?.node === USER);
      expect(new Set(told.map(({ action }) => action))).toEqual(new Set(["listed", "extracted", "fetched"]));
      expect(told[0]).toMatchObject({ itemCodes: ["item-1"], ground: { node: USER, purpose: "办理开办餐饮店" } });
    }
    expect(house.node(USER).uses).toEqual([]);
  });

  test("the issuing city's word counts, even where the archive has not heard of it yet", async () => {
    await house.leaves.get(CITY)?.server.kill();
    await house.node(CITY).issue.put(changed(recordOf("x-2"), CertificateState.REVOKED, daysAgo(0)));
    const archived = await house
      .node(PROVINCE)
      .usage.client(ArchiveService, "sync")
      .getCertificate({ identifier: identifierOf("x-2") });
    expect(archived.record?.state).toBe(CertificateState.ISSUED);
    const live = await exchange(USER).getAcross({ ground: ground(USER), identifier: identifierOf("x-2") });
    expect(live).toMatchObject({ fromArchive: false, certificate: { state: CertificateState.REVOKED, revision: 2n } });
    const asked = { ground: ground(USER), itemCodes: ["item-2"] };
    const { certificates } = await exchange(USER).findAcross(asked);
    expect(certificates).toMatchObject([{ identifier: identifierOf("x-2"), state: CertificateState.REVOKED }]);
    await house.leaves.get(CITY)?.restart();
  });

  test("a certificate that no node knows is refused as such", async () => {
    await expect(exchange(USER).getAcross({ ground: ground(USER), identifier: "nowhere" })).rejects.toMatchObject({
      reason: "CERTIFICATE_UNKNOWN",
    });
  });

  test("a false ground, and a city that asks past the province, are refused", async () => {
    const refused = { reason: "PERMISSION_DENIED" };
    await expect(
      exchange(USER).getAcross({ ground: ground(CITY), identifier: identifierOf("x-1") }),
    ).rejects.toMatchObject(refused);
    const city = house.node(USER).usage.client(ExchangeService, { peer: CITY, service: "sync" });
    // A usage service of another node has no business with a city; its sync service would be turned away by the ground.
    await expect(city.getAcross({ ground: ground(USER), identifier: identifierOf("x-1") })).rejects.toMatchObject(
      refused,
    );
    await expect(city.listBucketsAcross({})).rejects.toMatchObject(refused);
  });

  test("5.9.5: every node on the way has the ground in its evidence, and no holder's code", async () => {
    const { holderCodeType: _type, holderCode: _code, ...told } = ground(USER);
    for (const code of [USER, PROVINCE, CITY]) {
      const bodies: JsonObject[] = [];
      const directory = join(house.node(code).config.dataDirectory, "evidence", "sync-a");
      const verdict = await verifyJournal(directory, "evidence", ({ kind, body }) => {
        if (kind === "exchange-answered") bodies.push(body);
      });
      expect(verdict.ok).toBe(true);
      const method = "ecert.sync.v1.ExchangeService/FindAcross";
      expect(bodies).toContainEqual(
        expect.objectContaining({ method, ground: told, identifiers: [identifierOf("x-1")] }),
      );
      const released = { fields: ["name"], releasedSha256: sha256Hex(canonicalJson({ name: DATA.name })) };
      expect(bodies).toContainEqual(expect.objectContaining({ ground: told, ...released }));
      expect(JSON.stringify(bodies)).not.toContain(DATA.name);
      expect(JSON.stringify(bodies)).not.toContain(HOLDER);
    }
  });

  test("where the issuing city is away, the province answers from its archive and says so", async () => {
    await expect.poll(() => house.node(CITY).issue.pending(), LONG).toBe(0);
    await house.node(CITY).sync.kill();
    const asked = { ground: ground(USER), itemCodes: ["item-1", "item-2"] };
    const { certificates, unreachableNodes } = await exchange(USER).findAcross(asked);
    expect(unreachableNodes).toEqual([CITY]);
    expect(certificates.map(({ identifier, state }) => [identifier, state]).sort()).toEqual([
      [identifierOf("x-1"), CertificateState.ISSUED],
      [identifierOf("x-2"), CertificateState.REVOKED],
    ]);
    const got = await exchange(USER).getAcross({ ground: ground(USER), identifier: identifierOf("x-1") });
    expect(got.fromArchive).toBe(true);
    const file = { ground: ground(USER), identifier: identifierOf("x-1"), format: FileFormat.PDF };
    expect((await exchange(USER).fetchFileAcross(file)).file?.sha256).toBe(recordOf("x-1").files[0]?.sha256);
    await expect(exchange(USER).getAcross({ ground: ground(USER), identifier: "nowhere" })).rejects.toMatchObject({
      reason: "PEER_AWAY",
    });
    await house.node(CITY).sync.restart();
    const back = () => exchange(USER).getAcross({ ground: ground(USER), identifier: identifierOf("x-1") });
    await expect.poll(back, LONG).toMatchObject({ fromArchive: false });
  });

  test.each<Reason>(["STORE_FULL", "NODE_BEHIND", "CLOCK_WRONG", "OVERLOADED", "RATE_EXCEEDED", "INTERNAL"])(
    "where the issuing city cannot serve (%s), the archive answers every question in its place and says so",
    async (reason) => {
      const { issue } = house.node(CITY);
      issue.refusesAll = new Refusal(reason, "not now");
      const identifier = identifierOf("x-1");
      const asked = { ground: ground(USER), identifier };
      try {
        // More often than opens the breaker: with it open or not, the answer is the same.
        for (let call = 0; call < 4; call++) {
          expect(await exchange(USER).getAcross({ ...asked, fields: ["name"] })).toMatchObject({
            ...{ fromArchive: true, archiveAsOf: expect.stringMatching(/^20\d\d-/) },
            certificate: { state: CertificateState.ISSUED, judgement: { holds: true }, data: { name: DATA.name } },
          });
          expect(await exchange(USER).getStatusAcross({ identifier })).toMatchObject({
            fromArchive: true,
            state: CertificateState.ISSUED,
          });
          const list = { ground: ground(USER), itemCodes: ["item-1"] };
          const { certificates, unreachableNodes, archiveAsOf } = await exchange(USER).findAcross(list);
          expect([certificates.map((one) => one.identifier), unreachableNodes]).toEqual([[identifier], [CITY]]);
          expect(archiveAsOf).toEqual({ [CITY]: expect.stringMatching(/^20\d\d-/) });
          const { file } = await exchange(USER).fetchFileAcross({ ...asked, format: FileFormat.PDF });
          expect(file?.sha256).toBe(recordOf("x-1").files[0]?.sha256);
        }
      } finally {
        issue.refusesAll = undefined;
      }
      const back = () => exchange(USER).getAcross(asked);
      await expect.poll(back, LONG).toMatchObject({ fromArchive: false });
    },
  );

  test("where the issuing city cannot read one record, the archive's answers, and all others are still its issuer's", async () => {
    const { issue } = house.node(CITY);
    issue.refusesAll = new Refusal("RECORD_UNREADABLE", "damaged");
    const asked = { ground: ground(USER), identifier: identifierOf("x-1") };
    for (let call = 0; call < 4; call++)
      expect(await exchange(USER).getAcross(asked)).toMatchObject({ fromArchive: true });
    issue.refusesAll = undefined;
    expect(await exchange(USER).getAcross(asked)).toMatchObject({ fromArchive: false });
  });

  test("stand-by usage: the province's own services find what cities issued", async () => {
    const asked = { ground: ground(PROVINCE), itemCodes: ["item-1"] };
    const { certificates } = await exchange(PROVINCE).findAcross(asked);
    expect(certificates.map(({ identifier }) => identifier)).toEqual([identifierOf("x-1")]);
  });

  test("comparison is for the province's operators, and for its peers only", async () => {
    const city = house.node(CITY);
    const asCity = city.operator.client(LinkService, city.address);
    await expect(asCity.compareArchive({ node: PROVINCE })).rejects.toMatchObject({ reason: "UNIMPLEMENTED" });
    const province = house.node(PROVINCE);
    const asProvince = province.operator.client(LinkService, province.address);
    await expect(asProvince.compareArchive({ node: "999999" })).rejects.toMatchObject({ reason: "INVALID_FIELD" });
  });
});
