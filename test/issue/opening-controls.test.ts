import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { CertificateState } from "../../proto/gen/ecert/issue/v1/certificate_pb.ts";
import { IssueService } from "../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import type { Step } from "../../services/issue/context.ts";
import { directClient } from "../fixtures/runtime.ts";
import { ISSUER } from "./catalog.ts";
import { type House, type Instance, openHouse, refusalOf } from "./house.ts";
import { issue } from "./road.ts";

/* How many an opening lets issue in a day, as two replicas of the issue service keep it (6.4.5.1). */

let house: House;
let replicas: Instance[];
let dyingAt: Step | undefined;
let day = 20;

beforeAll(async () => {
  house = await openHouse({ config: { clockSkewMs: 5_000 } });
  const passed = (step: Step) => {
    if (step === dyingAt) throw new Error(`killed at ${step}`);
  };
  replicas = [await house.start({ passed }), await house.start({ passed })];
  for (const one of replicas) await one.startAgent();
});
afterAll(() => house.close());
beforeEach(() => {
  dyingAt = undefined;
  house.catalog.controls = undefined;
  // Each test has days of its own, for the counts go on.
  day += 3;
  const today = new Date(Date.now() + day * 86_400_000);
  house.setNow(`${today.toISOString().slice(0, 10)}T04:00:00Z`);
});

async function made(instance: Instance) {
  const order = house.order();
  await instance.issue.makeCertificate(order);
  return order;
}

test("6.4.5.1: of a day's limit never one more is issued, however many replicas are asked at once; the next day goes on", async () => {
  house.catalog.controls = { issuesPerDay: 4 };
  const [first, second] = replicas as [Instance, Instance];
  const orders = await Promise.all(Array.from({ length: 7 }, () => made(first)));
  const outcomes = await Promise.allSettled(orders.map((order, at) => issue(at % 2 === 0 ? first : second, order)));
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(4);
  const left = orders.filter((_, at) => outcomes[at]?.status === "rejected");
  const refusal = await refusalOf(issue(second, left[0] as (typeof left)[0]), "DAY_LIMIT_REACHED");
  expect(refusal).toMatchObject({ retryAfterMs: 12 * 3_600_000, metadata: { limit: "4" } });
  expect(refusal.localized).toContain("每日最多签发4份");
  house.setNow(new Date(house.runtime.now().getTime() + 86_400_000).toISOString());
  expect((await issue(first, left[0] as (typeof left)[0])).state).toBe(CertificateState.ISSUED);
});

test("a certificate counts once on a day, however often its signing fails or its process dies", async () => {
  house.catalog.controls = { issuesPerDay: 1 };
  const [first, second] = replicas as [Instance, Instance];
  const order = await made(first);
  for (const step of ["signing-witnessed", "signed"] as const) {
    dyingAt = step;
    await expect(issue(first, order)).rejects.toThrow("killed");
  }
  dyingAt = undefined;
  expect((await issue(second, order)).state).toBe(CertificateState.ISSUED);
  await refusalOf(issue(second, await made(first)), "DAY_LIMIT_REACHED");
});

test("6.4.4.2: where the app of one department issues for another, evidence names both", async () => {
  const [first] = replicas as [Instance];
  const hall = "114401000000990003";
  const app = { kind: "app", app: "hall", department: hall, node: "440100", scopes: [] } as const;
  const { order, origin } = house.order();
  const client = directClient(first.running, IssueService, app);
  await client.makeCertificate({ order, origin });
  await client.issueCertificate({ businessSerial: order?.businessSerial ?? "" });
  const line = house.evidence.findLast(({ kind }) => kind === "certificate-signing")?.body;
  house.catalog.others.set("hall", true);
  const both = { appDepartment: hall, issuer: ISSUER };
  expect(line).toMatchObject({ app: "hall", ...both });
  const { certificate } = await client.getCertificate({ businessSerial: order?.businessSerial ?? "" });
  const change = (requestId: string) => ({ requestId, identifier: certificate?.identifier ?? "", cause: "核查" });
  await client.suspendCertificate(change("suspend"));
  expect(house.evidence.findLast(({ kind }) => kind === "certificate-changed")?.body).toMatchObject({
    app: "hall",
    ...both,
  });
  // Once it acts no more it changes nothing of that; the issuer's own app does, and its repeated request changes nothing twice.
  house.catalog.others.set("hall", false);
  await refusalOf(client.resumeCertificate(change("resume")), "PERMISSION_DENIED");
  const resumed = await first.issue.resumeCertificate(change("resume"));
  expect(resumed.certificate?.state).toBe(CertificateState.ISSUED);
  expect((await first.issue.suspendCertificate(change("suspend"))).certificate?.state).toBe(CertificateState.SUSPENDED);
  expect(await first.issue.suspendCertificate(change("suspend"))).toMatchObject({ certificate: { appKey: "hall" } });
  const mine = await issue(first, await made(first));
  const reused = { ...change("suspend"), identifier: mine.identifier };
  await refusalOf(first.issue.revokeCertificate(reused), "REQUEST_ID_REUSED");
  await issue(first, await made(first));
  expect(house.evidence.findLast(({ kind }) => kind === "certificate-signing")?.body).not.toHaveProperty("issuer");
});
