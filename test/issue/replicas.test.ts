import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CertificateState } from "../../proto/gen/ecert/issue/v1/certificate_pb.ts";
import { certificateEvents } from "./certificate-events.ts";
import { type House, type Instance, openHouse } from "./house.ts";
import { issue } from "./road.ts";

let house: House;
let a: Instance;
let b: Instance;

beforeEach(async () => {
  house = await openHouse();
  a = await house.start();
  b = await house.start();
});
afterEach(() => house.close());

describe("two replicas over one store", () => {
  test("one order made at both at once is one certificate with one answer", async () => {
    for (let round = 0; round < 10; round++) {
      const order = house.order();
      const answers = await Promise.all([a, b, a, b].map(({ issue }) => issue.makeCertificate(order)));
      expect(new Set(answers.map(({ certificate }) => certificate?.identifier)).size).toBe(1);
      expect(answers.every((answer) => answer.certificate?.state === CertificateState.MADE)).toBe(true);
      const messages = answers.map(({ certificate }) => Buffer.from(certificate?.message ?? []).toString());
      expect(new Set(messages).size).toBe(1);
    }
  });

  test("one certificate issued at both at once has one signature in every answer", async () => {
    const agents = [await a.startAgent(), await b.startAgent({ name: "agent-b" })];
    for (let round = 0; round < 10; round++) {
      const order = house.order();
      await a.issue.makeCertificate(order);
      const answers = await Promise.all([a, b, a, b].map((instance) => issue(instance, order)));
      expect(answers.every(({ state }) => state === CertificateState.ISSUED)).toBe(true);
      expect(new Set(answers.map(({ pdfSha256 }) => pdfSha256)).size).toBe(1);
      for (const answer of answers) expect(answer).toEqual(answers[0]);
    }
    // Calls that meet at one replica share a signature.
    expect(agents.every(({ signed }) => signed.length <= 10)).toBe(true);
    expect(await certificateEvents(a)).toHaveLength(10);
  });

  test("no identifier and no number is given twice", async () => {
    const orders = Array.from({ length: 200 }, () => house.order());
    const answers = await Promise.all(orders.map((order, index) => (index % 2 ? a : b).issue.makeCertificate(order)));
    expect(new Set(answers.map(({ certificate }) => certificate?.identifier)).size).toBe(200);
    expect(new Set(answers.map(({ certificate }) => certificate?.number)).size).toBe(200);
  });

  test("a certificate that is discarded at one replica while the other issues it ends in one state", async () => {
    await a.startAgent();
    for (let round = 0; round < 10; round++) {
      const order = house.order();
      await a.issue.makeCertificate(order);
      const { businessSerial } = order.order;
      const outcomes = await Promise.allSettled([
        issue(a, order),
        b.issue.discardCertificate({ requestId: "d", businessSerial, cause: "x" }),
      ]);
      expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
      const state = (await a.issue.getCertificate({ businessSerial })).certificate?.state;
      const issuedFirst = outcomes[0]?.status === "fulfilled";
      expect(state).toBe(issuedFirst ? CertificateState.ISSUED : CertificateState.DISCARDED);
    }
  });
});

test("a node with nobody above it keeps no events of its certificates", async () => {
  const province = await openHouse({ role: "province", code: "440000", peers: [] });
  try {
    const instance = await province.start();
    await instance.startAgent();
    const order = province.order();
    await instance.issue.makeCertificate(order);
    await issue(instance, order);
    // Hours that were counted are the relay's to clear, which knows who takes them.
    expect(await certificateEvents(instance)).toEqual([]);
  } finally {
    await province.close();
  }
});
