import { beforeEach, describe, expect, test } from "vitest";
import { CertificateState } from "../../proto/gen/ecert/issue/v1/certificate_pb.ts";
import { parseCertificateIdentifier } from "../../services/domain/certificate-identifier.ts";
import { qrStatementOf, readQrText } from "../../services/domain/signed-qr.ts";
import { verifyAsNode } from "../../services/trust/node-key.ts";
import { OTHER_APP } from "./catalog.ts";
import { type House, type Instance, refusalOf } from "./house.ts";
import { issue, issued, messageIn } from "./road.ts";
import { type Scene, sha256 } from "./scene.ts";

/** What holds of making and issuing. */
export function makingScenarios(scene: () => Scene): void {
  let house: House;
  let city: Instance;
  beforeEach(() => {
    ({ house, city } = scene());
  });

  describe("4.4.4 making (制证)", () => {
    test("a certificate gets identifier and number and is made, not issued", async () => {
      const { certificate } = await city.issue.makeCertificate(house.order());
      expect(certificate?.state).toBe(CertificateState.MADE);
      const { serial, version } = parseCertificateIdentifier(certificate?.identifier ?? "");
      expect({ serial, version }).toEqual({ serial: certificate?.number, version: 1 });
      expect(certificate?.messageCms).toHaveLength(0);
    });

    test("its faces bear a QR text that the node signed, and that says what the message says", async () => {
      const { certificate } = await city.issue.makeCertificate(house.order());
      const { metadata } = messageIn(certificate);
      const { statement, signed, signature } = readQrText(metadata.qr ?? "");
      expect(statement).toEqual(qrStatementOf(metadata));
      const text = new TextEncoder().encode(signed);
      expect(verifyAsNode(house.nodePublicKeyPem, "ecert.qr.v1", text, signature)).toBe(true);
    });

    test("the same serial with the same data gives the same answer, with other data a refusal", async () => {
      const order = house.order({
        attachments: [{ name: "a.txt", mediaType: "text/plain", content: Buffer.from("a") }],
      });
      const first = await city.issue.makeCertificate(order);
      expect(await city.issue.makeCertificate(order)).toEqual(first);
      const other = { ...order, order: { ...order.order, data: { ...order.order.data, capital: 501 } } };
      const refusal = await refusalOf(city.issue.makeCertificate(other), "SERIAL_REUSED");
      expect(refusal.fields[0]?.field).toBe("order.business_serial");
      expect(refusal.metadata.identifier).toBe(first.certificate?.identifier);
    });

    test("serials of different apps have nothing to do with each other", async () => {
      const order = house.order();
      const mine = await city.issue.makeCertificate(order);
      const theirs = await city.as(OTHER_APP).makeCertificate(order);
      expect(theirs.certificate?.identifier).not.toBe(mine.certificate?.identifier);
    });

    test("the face can be checked by eye before it is issued", async () => {
      const order = house.order();
      await city.issue.makeCertificate(order);
      const { file } = await city.issue.getFace(order.order);
      expect(
        Buffer.from(file?.content ?? [])
          .subarray(0, 5)
          .toString(),
      ).toBe("%PDF-");
      expect(file?.sha256).toBe(sha256(file?.content));
    });
  });

  describe("4.4.4 issuing (签发)", () => {
    test("issuing again answers the same certificate with the same signatures", async () => {
      await city.connectAgent();
      const order = house.order();
      const first = await issued(city, order);
      expect(first.state).toBe(CertificateState.ISSUED);
      expect(await issue(city, order)).toEqual(first);
    });

    test("evidence is kept before and after the signature", async () => {
      await city.connectAgent();
      const { identifier } = await issued(city, house.order());
      const lines = house.evidence.filter(({ body }) => body.identifier === identifier);
      expect(lines.map(({ kind }) => kind)).toEqual(["certificate-signing", "certificate-signed"]);
    });

    test("with the agent away it stays made, and the same call issues it later", async () => {
      const order = house.order();
      await city.issue.makeCertificate(order);
      const refusal = await refusalOf(issue(city, order), "AGENT_AWAY");
      expect(refusal.retryAfterMs).toBeGreaterThan(0);
      expect((await city.issue.getCertificate(order.order)).certificate?.state).toBe(CertificateState.MADE);
      const agent = await city.connectAgent();
      expect((await issue(city, order)).state).toBe(CertificateState.ISSUED);
      await agent.stop();
      const next = house.order();
      await city.issue.makeCertificate(next);
      await refusalOf(issue(city, next), "AGENT_AWAY");
    });

    test("5.4.2: why it was not issued stands with it, in both languages, when and by which call, until it is issued; what its caller did wrong does not", async () => {
      const order = house.order();
      const { businessSerial } = order.order;
      await city.issue.makeCertificate(order);
      const read = async () => (await city.issue.getCertificate({ businessSerial })).certificate;
      const request = { businessSerial, confirmation: { credentialId: new Uint8Array(16) } };
      await refusalOf(city.issue.issueCertificate(request), "INVALID_FIELD");
      expect((await read())?.lastFault).toBeUndefined();
      const refusal = await refusalOf(issue(city, order), "AGENT_AWAY");
      const waiting = await read();
      expect(waiting).toMatchObject({
        state: CertificateState.MADE,
        lastFault: { reason: "AGENT_AWAY", message: refusal.message, localized: refusal.localized },
      });
      expect(waiting?.lastFault).toMatchObject({
        at: house.runtime.now().toISOString(),
        callId: expect.stringMatching(/./),
      });
      // Asked on and on, it is written once.
      await refusalOf(issue(city, order), "AGENT_AWAY");
      expect(await read()).toEqual(waiting);
      const { certificates } = await city.issue.listCertificates({ state: CertificateState.MADE, oldestFirst: true });
      expect(certificates.find((one) => one.businessSerial === businessSerial)?.lastFault).toEqual(waiting?.lastFault);
      await city.connectAgent();
      expect((await issue(city, order)).lastFault).toBeUndefined();
      expect((await read())?.lastFault).toBeUndefined();
    });

    test("what is signed on a later day tells that day", async () => {
      await city.connectAgent();
      const order = house.order();
      const made = (await city.issue.makeCertificate(order)).certificate;
      const next = new Date(house.runtime.now().getTime() + 86_400_000);
      house.setNow(next.toISOString());
      // Whoever issues later signs the same order anew: an agent takes no origin signature that is older than an hour.
      const again = house.order({ businessSerial: order.order.businessSerial });
      await city.issue.makeCertificate(again);
      const { metadata } = messageIn(await issue(city, order));
      expect(metadata.preparedAt > messageIn(made).metadata.preparedAt).toBe(true);
      expect(metadata.identifier).toBe(made?.identifier);
    });
  });
}
