import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { RecoveryService } from "../../proto/gen/ecert/issue/v1/recovery_service_pb.ts";
import { certificateIdentifier, parseCertificateIdentifier } from "../../services/domain/certificate-identifier.ts";
import { LOST_SIGNATURES } from "../../services/issue/agents/lost-rows.ts";
import type { CertificateDocument } from "../../services/issue/record/certificate.ts";
import { CERTIFICATES } from "../../services/issue/record/repository.ts";
import { directClient } from "../fixtures/runtime.ts";
import { ISSUER } from "./catalog.ts";
import { type House, type Instance, openHouse, refusalOf } from "./house.ts";
import { issue, issued } from "./road.ts";

/** The house as it was before a certificate: the row is taken out of its store, and put in again. */
async function forget(house: House, identifier: string): Promise<() => Promise<void>> {
  const collection = await house.runtime.store.collection<CertificateDocument>(CERTIFICATES);
  const document = (await collection.get(identifier)) as CertificateDocument;
  await collection.remove(identifier, document.revision);
  return () => collection.insert(document);
}

const operatorOf = ({ running }: Instance) =>
  directClient(running, RecoveryService, { kind: "operator", node: "440100", name: "li" });

describe("a core that was started from an older copy", () => {
  let house: House;
  let city: Instance;
  beforeEach(async () => {
    house = await openHouse();
    city = await house.start();
  });
  afterEach(() => house.close());

  const meet = (...identifiers: string[]) =>
    city.startAgent({
      hello: { recent: identifiers.map((identifier, index) => ({ identifier, journalEntry: BigInt(9 - index) })) },
    });

  test("makes and issues nothing once an agent tells of a certificate that it does not know, and lists it", async () => {
    const agent = await meet();
    const { identifier } = await issued(city, house.order());
    const left = house.order();
    await city.issue.makeCertificate(left);
    await agent.stop();
    await forget(house, identifier);

    await meet(identifier, "1.2.156.3005.2.no-identifier");
    for (const call of [
      city.issue.makeCertificate(house.order()),
      issue(city, left),
      city.issue.replaceCertificate({ ...house.order({}, identifier), replaces: identifier }),
    ]) {
      const refusal = await refusalOf(call, "NODE_BEHIND");
      expect(refusal.metadata).toEqual({ issuer: ISSUER, lost: "1" });
      expect(refusal.fields[0]?.remedy).toContain("ecert recover");
    }
    const { signatures } = await operatorOf(city).listLostSignatures({});
    expect(signatures).toMatchObject([{ identifier, agent: "agent-a", journalEntry: 9n }]);
    expect(house.evidence.at(-1)).toMatchObject({
      kind: "lost-signatures",
      body: { agent: "agent-a", lost: [{ identifier, entry: 9 }] },
    });
    expect(city.running.notices?.()).toEqual([expect.stringContaining("1 certificates")]);
    expect(await city.running.alarms?.()).toContainEqual(
      expect.objectContaining({ kind: "SIGNATURES_LOST", urgent: true, told: { count: 1 } }),
    );
    // Another replica, and one that is started later, refuse as well.
    const other = await house.start();
    await refusalOf(other.issue.makeCertificate(house.order()), "NODE_BEHIND");
  });

  test("goes on by itself once what was lost is there again", async () => {
    const agent = await meet();
    const { identifier } = await issued(city, house.order());
    await agent.stop();
    const restore = await forget(house, identifier);
    await meet(identifier);
    await refusalOf(city.issue.makeCertificate(house.order()), "NODE_BEHIND");
    await restore();
    expect((await operatorOf(city).listLostSignatures({})).signatures).toEqual([]);
    await issued(city, house.order());
  });

  test("goes on where an operator gives up what nobody has, and no later hello brings it back", async () => {
    const agent = await meet();
    const lost = [await issued(city, house.order()), await issued(city, house.order())].map((one) => one.identifier);
    await agent.stop();
    for (const identifier of lost) await forget(house, identifier);
    await (await meet(...lost)).stop();
    const operator = operatorOf(city);
    const order = async (orderBy: string) =>
      (await operator.listLostSignatures({ orderBy })).signatures.map(({ identifier }) => identifier);
    expect([await order("identifier"), await order("-identifier")]).toEqual([
      lost.toSorted(),
      lost.toSorted().toReversed(),
    ]);
    expect(new Set(await order("-since"))).toEqual(new Set(lost));
    const [one = "", two = ""] = lost;
    expect(await operator.acceptLostSignatures({ identifiers: [one] })).toMatchObject({ left: 1n });
    await refusalOf(city.issue.makeCertificate(house.order()), "NODE_BEHIND");
    expect(await operator.acceptLostSignatures({ identifiers: [two, "unknown"] })).toMatchObject({ left: 0n });
    expect(house.evidence.at(-1)).toMatchObject({
      kind: "lost-signatures-given-up",
      body: { by: "operator/440100/li", identifiers: [two, "unknown"] },
    });
    await meet(...lost);
    await issued(city, house.order());
  });

  test("stops only the issuer that stands in what was told: an agent stops no other department by naming what nobody made", async () => {
    const agent = await meet();
    const { identifier } = await issued(city, house.order());
    await agent.stop();
    const parts = { ...parseCertificateIdentifier(identifier), issuer: "11440106MB9DEM11X6" };
    await (await meet(certificateIdentifier(parts))).stop();
    expect((await operatorOf(city).listLostSignatures({})).signatures).toHaveLength(1);
    await meet();
    await issued(city, house.order());
    const orders = house.order();
    const other = { ...orders, order: { ...orders.order, issuerCode: parts.issuer } };
    expect((await refusalOf(city.issue.makeCertificate(other as never), "NODE_BEHIND")).metadata.issuer).toBe(
      parts.issuer,
    );
  });

  test("goes on stopping where a replica that had not counted has stored an intent under what was lost", async () => {
    const agent = await meet();
    const { identifier } = await issued(city, house.order());
    await agent.stop();
    const restore = await forget(house, identifier);
    const collection = await house.runtime.store.collection<CertificateDocument>(CERTIFICATES);
    await (await meet(identifier)).stop();
    await restore();
    const { signed: _, ...intent } = (await collection.get(identifier)) as CertificateDocument;
    await collection.replace({ ...intent, state: "made" });
    expect((await operatorOf(city).listLostSignatures({})).signatures).toMatchObject([{ identifier }]);
    await refusalOf(city.issue.makeCertificate(house.order()), "NODE_BEHIND");
  });

  test("keeps 1,024 of one agent, given up or not, and tells of the rest once a minute", async () => {
    const agent = await meet();
    const { identifier } = await issued(city, house.order());
    await agent.stop();
    const parts = parseCertificateIdentifier(identifier);
    const invented = (hello: number) =>
      Array.from({ length: 256 }, (_, index) => {
        const serial = `${parts.serial.slice(0, -6)}${String(hello * 256 + index).padStart(6, "0")}`;
        return certificateIdentifier({ ...parts, serial });
      });
    const tell = async (hello: number) => (await meet(...invented(hello))).stop();
    const rows = await house.runtime.store.collection(LOST_SIGNATURES);
    const left = async () => (await operatorOf(city).acceptLostSignatures({ identifiers: ["unknown"] })).left;
    const lines = (kind: string) => house.evidence.filter((line) => line.kind === kind);

    for (let hello = 0; hello < 6; hello++) await tell(hello);
    expect([await left(), await rows.count("agent")]).toEqual([1_024n, 1_024]);
    expect(lines("lost-signatures")).toHaveLength(4);
    expect(lines("lost-signatures-beyond")).toEqual([
      { kind: "lost-signatures-beyond", body: { agent: "agent-a", beyond: 256 } },
    ]);
    house.setNow(new Date(house.runtime.now().getTime() + 60_000).toISOString());
    await tell(6);
    expect(lines("lost-signatures-beyond")).toHaveLength(2);

    // What was given up makes room, but for what the agent names still.
    for (const hello of [0, 1]) await operatorOf(city).acceptLostSignatures({ identifiers: invented(hello) });
    await meet(...invented(1).slice(0, 128), ...invented(7).slice(0, 128));
    expect([await left(), await rows.count("agent")]).toEqual([640n, 768]);
    expect((await rows.getMany(invented(1))).filter(Boolean)).toHaveLength(128);
  });

  test("another node's certificates, and those of before serials named their node, do not count", async () => {
    const agent = await meet();
    const { identifier } = await issued(city, house.order());
    await agent.stop();
    await forget(house, identifier);
    const { config } = house.runtime;
    config.node.code = "440300";
    onTestFinished(() => {
      config.node.code = "440100";
    });
    await meet(identifier);
    expect((await operatorOf(city).listLostSignatures({})).signatures).toEqual([]);
  });
});
