import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeStampFiles } from "../../ops/time-stamp/files.ts";
import { startStampServer } from "../../ops/time-stamp/server.ts";
import { FileFormat } from "../../proto/gen/ecert/type/v1/file_pb.ts";
import { verifyOfd } from "../../services/document/ofd/verify-ofd.ts";
import { createTrustAnchors } from "../../services/trust/anchors.ts";
import { verifyCms } from "../../services/trust/cms-verify.ts";
import { verifyPades } from "../../services/trust/pades.ts";
import { DEPARTMENT } from "../trust/department.ts";
import { type House, openHouse, refusalOf } from "./house.ts";
import { type AgentHost, createAgentHost } from "./real-agent.ts";
import { issue } from "./road.ts";
import { issueScenarios } from "./scenarios.ts";

const { privateKey, publicKey } = generateKeyPairSync("ed25519");
const originKeyPem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
let host: AgentHost;

beforeAll(async () => {
  const pem = publicKey.export({ type: "spki", format: "pem" }).toString();
  host = await createAgentHost(pem, { national: true });
});
afterAll(() => host.close());

/** A house whose catalog binds the electronic seal that the agent's policy names. */
async function openSealedHouse(electronic = host.electronicSeal): Promise<House> {
  const house = await openHouse({ host, originKeyPem });
  if (electronic) house.catalog.seal.electronic = electronic;
  return house;
}

async function issueOne(house: House) {
  const instance = await house.start();
  await instance.connectAgent();
  const order = house.order();
  const { certificate } = await instance.issue.makeCertificate(order);
  const done = await issue(instance, order);
  return { instance, made: certificate, issued: done };
}

describe("a seal with an SM2 key and an electronic seal (GB/T 38540)", () => {
  test("is stamped on the OFD, and signs message and PDF under SM3", async () => {
    const house = await openSealedHouse();
    const { instance, issued } = await issueOne(house);
    const { identifier } = issued;
    const options = { trust: house.trust, at: new Date() };
    const file = async (format: FileFormat) => (await instance.archive.getFile({ identifier, format })).file?.content;
    const ofd = verifyOfd((await file(FileFormat.OFD)) ?? new Uint8Array(), options);
    expect(ofd).toMatchObject({ ok: true, findings: [], suite: "sm2-sm3", sealed: true });
    expect(ofd.seal).toMatchObject({
      version: 4,
      name: DEPARTMENT.organization,
      maker: { commonName: "Trial seal maker" },
    });
    const pdf = verifyPades((await file(FileFormat.PDF)) ?? new Uint8Array(), options);
    expect(pdf).toMatchObject({ ok: true, algorithm: "sm2-sm3" });
    expect(verifyCms(issued.messageCms, { content: issued.message }, options)).toMatchObject({ ok: true });
    await house.close();
  });

  test("bears a time stamp on message, PDF and OFD where an authority is configured", async () => {
    const directory = mkdtempSync(join(tmpdir(), "ecert-stamps-"));
    const files = makeStampFiles(directory);
    const server = await startStampServer(files);
    const authorities = { anchorFiles: [files.rootFile] };
    const service = { url: server.url, required: true, timeoutMs: 5_000, hash: "sm3" as const };
    const house = await openHouse({ host, originKeyPem, stamps: { service, authorities } });
    if (host.electronicSeal) house.catalog.seal.electronic = host.electronicSeal;
    const { instance, issued } = await issueOne(house);
    const { file } = await instance.archive.getFile({ identifier: issued.identifier, format: FileFormat.OFD });
    const timeStamps = { trust: createTrustAnchors([readFileSync(files.rootFile, "utf8")]) };
    const ofd = verifyOfd(file?.content ?? new Uint8Array(), { trust: house.trust, at: new Date(), timeStamps });
    expect(ofd).toMatchObject({ ok: true, sealed: true, timeStamp: { ok: true, stamp: { hash: "sm3" } } });
    await Promise.all([server.stop(), house.close()]);
    rmSync(directory, { recursive: true });
  });

  test("that the core has and the agent has not is refused by the agent: it would sign another package", async () => {
    const house = await openHouse({ host, originKeyPem });
    const instance = await house.start();
    await instance.connectAgent();
    const order = house.order();
    await instance.issue.makeCertificate(order);
    await refusalOf(instance.issue.issueCertificate({ businessSerial: order.order.businessSerial }), "FACE_MISMATCH");
    // Once the seal is bound, the made certificate is drawn anew and issued by the same call.
    if (host.electronicSeal) house.catalog.seal.electronic = host.electronicSeal;
    expect((await issue(instance, order)).messageCms.length).toBeGreaterThan(0);
    await house.close();
  });

  test("of other bytes than the agent's is found out before anything is stored", async () => {
    const other = Uint8Array.from(host.otherSeal ?? []);
    const house = await openSealedHouse(other);
    const instance = await house.start();
    await instance.connectAgent();
    const order = house.order();
    await instance.issue.makeCertificate(order);
    const call = instance.issue.issueCertificate({ businessSerial: order.order.businessSerial });
    await refusalOf(call, "SIGNATURE_INVALID");
    await house.close();
  });
});

describe("under a seal with an SM2 key and an electronic seal, whatever holds of issuing", () => {
  issueScenarios(() => openSealedHouse());
});
