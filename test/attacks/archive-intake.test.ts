import { create } from "@bufbuild/protobuf";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SetAsideService } from "../../proto/gen/ecert/event/v1/set_aside_service_pb.ts";
import { ArchiveService } from "../../proto/gen/ecert/sync/v1/archive_service_pb.ts";
import {
  type CertificateRecord,
  CertificateRecordSchema,
  CertificateState,
} from "../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { eventually } from "../node/eventually.ts";
import { type House, openHouse, PROVINCE } from "../sync/house.ts";
import { changed, daysAgo, identifierOf, LOAD, type LoadOrder, makeCertificate } from "../sync/records.ts";
import { createDepartment, DEPARTMENT } from "../trust/department.ts";

const CITY = "440100";
const HOSTILE = "440300";
const LONG = { timeout: 60_000, interval: 50 };

/** Real sync services; each city's issue service is the test's, and sends whatever the test likes, signed by its node. */
describe("4.6.2: an archive takes over what holds by the province's register, and nothing else", () => {
  let house: House;
  beforeAll(async () => {
    house = await openHouse([CITY, HOSTILE]);
  });
  afterAll(() => house?.close());

  const archive = () => house.node(PROVINCE).usage.client(ArchiveService, "sync");
  const kept = async (name: string) => (await archive().getCertificate({ identifier: identifierOf(name) })).record;
  const pending = (city: string) => house.node(city).issue.pending();

  /** Of what the province has set aside: reasons by key of the event. */
  async function setAside(): Promise<Map<string, string>> {
    const { operator, address } = house.node(PROVINCE);
    const { rows } = await operator.client(SetAsideService, address).listSetAside({ pageSize: 100 });
    return new Map(rows.map(({ key, reason }) => [key, reason]));
  }

  async function send(city: string, order: Omit<LoadOrder, "node" | "issuedAt">, signer = house.department) {
    const made = makeCertificate(signer, { node: city, issuedAt: daysAgo(1), ...order });
    await house.node(city).issue.put(made.record, made.blobs);
    return made.record;
  }

  /** A record of a city was refused for a reason: shown to the operator, no receipt, not in the archive; others go on. */
  async function refused(city: string, { identifier, revision }: CertificateRecord, reason: string): Promise<void> {
    await eventually(async () => expect((await setAside()).get(`${identifier}:${revision}`)).toBe(reason));
    expect(await pending(city)).toBeGreaterThan(0);
    const name = `behind-${identifier.slice(-12).replaceAll(".", "-")}`;
    await send(CITY, { name });
    await eventually(async () => expect(await kept(name)).toBeDefined());
  }

  test("what a town's weather station signed for the department is refused, though its city's node sent it", async () => {
    const station = { ...DEPARTMENT, organization: "云台镇气象站", organizationCode: "11440100MB2C91871C" };
    const signer = await createDepartment(house.authority, "P-256", 365, station);
    const record = await send(CITY, { name: "foreign-signer" }, signer);
    await refused(CITY, record, "ISSUER_NOT_AUTHORISED");
    await expect(kept("foreign-signer")).rejects.toMatchObject({ reason: "CERTIFICATE_UNKNOWN" });
    await house.node(CITY).issue.lose(record.identifier);
  });

  test("5.6.2: a city that has no right to the item is refused, with the department's own signature; granted, it is taken over by itself", async () => {
    const record = await send(HOSTILE, { name: "no-right", itemCode: "item-3" });
    await refused(HOSTILE, record, "ISSUER_NOT_AUTHORISED");
    await expect(kept("no-right")).rejects.toMatchObject({ reason: "CERTIFICATE_UNKNOWN" });
    house.catalog.say(({ rights }) =>
      rights.push({
        ...{ departmentCode: LOAD.issuer, itemCode: "item-3", typeCode: LOAD.typeCode },
        ...{ node: HOSTILE, since: "2020-01-01" },
      }),
    );
    await eventually(async () => expect(await kept("no-right")).toMatchObject({ node: HOSTILE }));
    await eventually(async () => expect(await pending(HOSTILE)).toBe(0));
    expect((await setAside()).has(`${record.identifier}:1`)).toBe(false);
  });

  test("an identifier is the issuing node's of that day, however early another node sends something under it", async () => {
    const squatted = await send(HOSTILE, { name: "squatted" });
    await refused(HOSTILE, squatted, "ISSUER_NOT_AUTHORISED");
    await send(CITY, { name: "squatted" });
    await eventually(async () => expect(await kept("squatted")).toMatchObject({ node: CITY }));
    await house.node(HOSTILE).issue.lose(squatted.identifier);
  });

  test("a city cannot say that it issued before the department had signed", async () => {
    const { record, blobs } = makeCertificate(house.department, {
      node: CITY,
      name: "backdated",
      issuedAt: daysAgo(1),
    });
    const backdated = create(CertificateRecordSchema, { ...record, issuedAt: daysAgo(3) });
    await house.node(CITY).issue.put(backdated, blobs);
    await refused(CITY, backdated, "INVALID_FIELD");
    await house.node(CITY).issue.lose(backdated.identifier);
  });

  test("5.9.4: what was revoked never becomes issued, at whatever revision", async () => {
    const { issue } = house.node(CITY);
    const first = await send(CITY, { name: "revived" });
    const revoked = changed(first, CertificateState.REVOKED, daysAgo(0));
    await issue.put(revoked);
    await eventually(async () => expect((await kept("revived"))?.state).toBe(CertificateState.REVOKED));
    const revived = create(CertificateRecordSchema, { ...first, revision: 9n });
    await issue.put(revived);
    await refused(CITY, revived, "STATE_CONFLICT");
    expect(await kept("revived")).toMatchObject({ revision: 2n, state: CertificateState.REVOKED });
    await issue.lose(first.identifier);
  });

  test("revisions that were skipped do no harm where the state can be reached", async () => {
    const { issue } = house.node(CITY);
    const first = await send(CITY, { name: "skipped" });
    await eventually(async () => expect(await kept("skipped")).toBeDefined());
    await issue.put(create(CertificateRecordSchema, { ...first, revision: 4n, state: CertificateState.SUPERSEDED }));
    await eventually(async () => expect(await kept("skipped")).toMatchObject({ revision: 4n }));
    await eventually(async () => expect(await pending(CITY)).toBe(0));
  });
});

test("a province that cannot have its register yet lets records wait: neither taken over nor refused for good", async () => {
  const house = await openHouse([CITY], [], (catalog) => catalog.away(true));
  try {
    const { issue } = house.node(CITY);
    const { record, blobs } = makeCertificate(house.department, { node: CITY, name: "early", issuedAt: daysAgo(1) });
    await issue.put(record, blobs);
    const archive = () => house.node(PROVINCE).usage.client(ArchiveService, "sync");
    await expect.poll(() => house.catalog.asked(), LONG).toBeGreaterThan(1);
    await expect(archive().getCertificate({ identifier: record.identifier })).rejects.toMatchObject({
      reason: "CERTIFICATE_UNKNOWN",
    });
    expect(await issue.pending()).toBe(1);
    house.catalog.away(false);
    await expect.poll(() => issue.pending(), LONG).toBe(0);
    expect((await archive().getCertificate({ identifier: record.identifier })).record).toMatchObject({ node: CITY });
  } finally {
    await house.close();
  }
});
