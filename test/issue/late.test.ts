import { createPublicKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { CertificateState } from "../../proto/gen/ecert/issue/v1/certificate_pb.ts";
import { StatusService } from "../../proto/gen/ecert/sync/v1/status_service_pb.ts";
import type { Endpoint } from "../../services/client/endpoint.ts";
import { createIssuing } from "../../services/client/issuing.ts";
import type { CheckedOptions } from "../../services/client/options.ts";
import type { Order as ConnectorOrder } from "../../services/client/order.ts";
import { certificateIdentifier, parseCertificateIdentifier } from "../../services/domain/certificate-identifier.ts";
import type { CertificateDocument } from "../../services/issue/record/certificate.ts";
import { CERTIFICATES } from "../../services/issue/record/repository.ts";
import { signedNodeKeyList } from "../../services/trust/node-key-list.ts";
import { APP, PERMIT, PROVINCE } from "./catalog.ts";
import { type House, type HouseOptions, type Instance, openHouse, refusalOf } from "./house.ts";
import { type AgentHost, createAgentHost } from "./real-agent.ts";
import { issue, issued, messageIn } from "./road.ts";

const { privateKey, publicKey } = generateKeyPairSync("ed25519");
const originKeyPem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
const HOUR = 3_600_000;

let host: AgentHost;
let house: House;
let city: Instance;

beforeAll(async () => {
  host = await createAgentHost(publicKey.export({ type: "spki", format: "pem" }).toString());
});
afterAll(() => host.close());
beforeEach(() => open());
afterEach(() => house.close());

async function open(options: HouseOptions = {}): Promise<void> {
  house = await openHouse({ host, originKeyPem, ...options });
  city = await house.start();
}

/** Lets so many milliseconds pass. */
function pass(milliseconds: number): void {
  house.setNow(new Date(house.runtime.now().getTime() + milliseconds).toISOString());
}

describe("issuing later than making, signed by the real agent", () => {
  test("on the next day it is ORIGIN_STALE and nothing is signed; with a fresh signature it is the same certificate", async () => {
    await city.connectAgent();
    const order = house.order();
    const made = (await city.issue.makeCertificate(order)).certificate;
    pass(24 * HOUR);
    const before = await host.signed();
    const stale = await refusalOf(issue(city, order), "ORIGIN_STALE");
    expect(stale.message).toContain("too old");
    expect(await host.signed()).toBe(before);
    expect((await city.issue.getCertificate(order.order)).certificate?.state).toBe(CertificateState.MADE);
    await city.issue.makeCertificate(house.order({ businessSerial: order.order.businessSerial }));
    const late = await issue(city, order);
    expect([late.state, late.identifier, late.number]).toEqual([
      CertificateState.ISSUED,
      made?.identifier,
      made?.number,
    ]);
    expect(await host.signed()).toBe(before + 1);
  });

  test("5.9.5 while its agent is connected, what it would refuse is refused at make, and nothing takes the place of a good signature", async () => {
    const sign = (order: Partial<ConnectorOrder>, keyId = "k1") => {
      const { origin, ...rest } = house.order(order);
      return { ...rest, origin: { ...origin, keyId } };
    };
    const before = house.order();
    await city.issue.makeCertificate(before);
    const { businessSerial } = before.order;
    await city.connectAgent();
    expect((await refusalOf(city.issue.makeCertificate(sign({}, "k9")), "ORIGIN_KEY_UNKNOWN")).fields).toMatchObject([
      { field: "origin.key_id", localized: expect.stringContaining("k9") },
    ]);
    await refusalOf(city.issue.makeCertificate(sign({ businessSerial }, "k9")), "ORIGIN_KEY_UNKNOWN");
    const late = house.order();
    pass(HOUR + 1_000);
    const stale = await refusalOf(city.issue.makeCertificate(late), "ORIGIN_STALE");
    expect(stale.fields[0]).toMatchObject({ field: "origin.signed_at", remedy: expect.stringContaining("sign") });
    await refusalOf(city.issue.getCertificate(late.order), "CERTIFICATE_UNKNOWN");
    // The same call again, with the signature that is kept, is no new one and answers as before.
    expect((await city.issue.makeCertificate(before)).certificate?.state).toBe(CertificateState.MADE);
    expect((await refusalOf(issue(city, before), "ORIGIN_STALE")).fields[0]).toMatchObject(stale.fields[0] ?? {});
  });

  test("the connector signs the order anew where it is given, also that of a replacement", async () => {
    await city.connectAgent();
    const origin = { keyId: "k1", privateKeyPem: originKeyPem };
    const options = { attempts: 1, appKey: APP, origin } as CheckedOptions;
    const connector = createIssuing({ client: () => city.issue } as unknown as Endpoint, options);
    const old = await issued(city, house.order());
    pass(-2 * HOUR);
    const first = house.order();
    await city.issue.makeCertificate(first);
    const next = house.order({}, old.identifier);
    await city.issue.replaceCertificate({ ...next, replaces: old.identifier });
    pass(2 * HOUR);
    for (const { order } of [first, next]) {
      const { businessSerial } = order;
      await refusalOf(connector.issue(businessSerial), "ORIGIN_STALE");
      expect((await connector.issue(businessSerial, order as ConnectorOrder)).state).toBe(CertificateState.ISSUED);
    }
    expect((await city.issue.getCertificate({ identifier: old.identifier })).certificate?.state).toBe(
      CertificateState.SUPERSEDED,
    );
  });

  test("a signature that was lost with the core is made again over the same intent", async () => {
    const dying = await house.start({
      passed(step) {
        if (step === "signed") throw new Error("killed");
      },
    });
    await dying.connectAgent();
    const order = house.order();
    await dying.issue.makeCertificate(order);
    const before = await host.signed();
    await expect(issue(dying, order)).rejects.toThrow("killed");
    const next = await house.start();
    await next.connectAgent();
    expect((await issue(next, order)).state).toBe(CertificateState.ISSUED);
    expect(await host.signed()).toBe(before + 2);
  });

  test("an order that is signed after a newer version of the item was published is refused with what to do", async () => {
    await city.connectAgent();
    // An item of its own: the agent remembers newer versions beyond this test.
    const permit = { itemCode: PERMIT, validTo: "2031-01-04" };
    const order = house.order(permit);
    await city.issue.makeCertificate(order);
    house.catalog.republished.set(PERMIT, new Date(house.runtime.now().getTime() - 2 * HOUR).toISOString());
    const refusal = await refusalOf(issue(city, order), "POLICY_REFUSED");
    expect(refusal.metadata.member).toBe("metadata.itemVersion");
    expect(refusal.message).toContain("make it anew, under a new business serial");
    const certificate = await issued(city, house.order(permit));
    expect(certificate.itemVersion).toBe(2);
  });

  test("换发: a number that the department gave must stand in the signed order of the replacement too", async () => {
    await city.connectAgent();
    const number = `粤A-${house.order().order.businessSerial}`;
    const { identifier } = await issued(city, house.order({ number }));
    const unstated = city.issue.replaceCertificate({ ...house.order({}, identifier), replaces: identifier });
    const refusal = await refusalOf(unstated, "INVALID_FIELD");
    expect(refusal.fields[0]).toMatchObject({ field: "order.number", remedy: expect.stringContaining(number) });
    const order = house.order({ number }, identifier);
    await city.issue.replaceCertificate({ ...order, replaces: identifier });
    const next = await issue(city, order);
    expect([next.number, next.version]).toEqual([number, 2]);
  });
});

describe("certificates that were made while serials were counted", () => {
  test("are not issued any more: the refusal says what to do, and that works", async () => {
    const agent = await city.connectAgent();
    const order = house.order();
    const { certificate } = await city.issue.makeCertificate(order);
    const collection = await house.runtime.store.collection<CertificateDocument>(CERTIFICATES);
    const made = (await collection.get(certificate?.identifier ?? "")) as CertificateDocument;
    const parts = parseCertificateIdentifier(made._id);
    const counted = certificateIdentifier({ ...parts, serial: "44010020261101000000007" });
    const message = made.message.replaceAll(made._id, counted);
    await collection.remove(made._id, made.revision);
    await collection.insert({ ...made, _id: counted, revision: 1, message });
    const before = await host.signed();
    const refusal = await refusalOf(issue(city, order), "STATE_CONFLICT");
    expect(refusal.message).toContain("discard it and make it anew under a new business serial");
    expect(await host.signed()).toBe(before);
    const { businessSerial } = order.order;
    await city.issue.discardCertificate({ requestId: "d", businessSerial, cause: "旧标识" });
    expect((await issued(city, house.order())).state).toBe(CertificateState.ISSUED);
    await agent.stop();
  });
});

describe("the QR text is judged by the list of nodes' keys that the province signed", () => {
  let builtAt = Date.parse("2026-11-01T00:00:00.000Z");

  /** A list, newer than all before, in which the node has such a key. */
  function list(publicKey: KeyObject): Uint8Array {
    const key = String(publicKey.export({ format: "jwk" }).x);
    builtAt += 1_000;
    const nodes = { "440100": [{ key, since: "2026-01-01T00:00:00.000Z" }] };
    const content = { publisher: PROVINCE.node, builtAt: new Date(builtAt).toISOString(), nodes };
    return signedNodeKeyList(content, (bytes) => sign(null, bytes, PROVINCE.key.privateKey));
  }

  test("which the core passes on: a node whose key is not on it has nothing signed, and then it has", async () => {
    await house.close();
    let keys = list(generateKeyPairSync("ed25519").publicKey);
    await open({ clients: { [StatusService.typeName]: { getNodeKeys: async () => ({ keys }) } } });
    await city.connectAgent();
    const order = house.order();
    await city.issue.makeCertificate(order);
    const refusal = await refusalOf(issue(city, order), "POLICY_REFUSED");
    expect(refusal.metadata.member).toBe("metadata.qr");
    keys = list(createPublicKey(house.nodePublicKeyPem));
    // The core asks for the list every ten minutes, and goes on with the one before meanwhile.
    pass(601_000);
    await city.issue.makeCertificate(house.order({ businessSerial: order.order.businessSerial }));
    await refusalOf(issue(city, order), "POLICY_REFUSED");
    const certificate = await issue(city, order);
    expect([certificate.state, messageIn(certificate).metadata.qr]).toEqual([
      CertificateState.ISSUED,
      expect.any(String),
    ]);
  });
});
