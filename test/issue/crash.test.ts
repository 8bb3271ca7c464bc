import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CertificateState } from "../../proto/gen/ecert/issue/v1/certificate_pb.ts";
import { CertificateState as RecordState } from "../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { canonicalJson } from "../../services/domain/canonical.ts";
import { Refusal } from "../../services/domain/refusal.ts";
import type { Step } from "../../services/issue/context.ts";
import type { CertificateDocument } from "../../services/issue/record/certificate.ts";
import { CERTIFICATES } from "../../services/issue/record/repository.ts";
import { LICENCE } from "./catalog.ts";
import { certificateEvents } from "./certificate-events.ts";
import { type House, type Instance, openHouse } from "./house.ts";
import { issue } from "./road.ts";

let house: House;

beforeEach(async () => {
  house = await openHouse();
});
afterEach(() => house.close());

class Killed extends Error {}

/** An instance that dies behind a step: whatever it was doing ends there, and nobody gets an answer. */
function dyingAt(step: Step): Promise<Instance> {
  return house.start({
    passed(passed) {
      if (passed === step) throw new Killed(step);
    },
  });
}

type Order = ReturnType<House["order"]>;

async function makeAndIssue(instance: Instance, order: Order, replaces?: string) {
  await (replaces ? instance.issue.replaceCertificate({ ...order, replaces }) : instance.issue.makeCertificate(order));
  return issue(instance, order);
}

async function documents(): Promise<CertificateDocument[]> {
  const collection = await house.runtime.store.collection<CertificateDocument>(CERTIFICATES);
  return (await collection.query({ index: "line", limit: 1_000 })).items;
}

const MAKING: Step[] = ["face-drawn", "made-stored"];
const ISSUING: Step[] = ["signing-witnessed", "signed", "stamped", "signed-witnessed", "issued-stored"];

describe("killed behind a step, the repeated call gives one certificate", () => {
  test.each([...MAKING, ...ISSUING])("%s", async (step) => {
    const dying = await dyingAt(step);
    await dying.startAgent();
    const order = house.order({ attachments: [{ name: "a.txt", mediaType: "text/plain", content: Buffer.from("a") }] });
    await expect(makeAndIssue(dying, order)).rejects.toThrow(Killed);
    const [before] = await documents();

    const next = await house.start();
    const agent = await next.startAgent();
    const certificate = await makeAndIssue(next, order);
    expect(certificate.state).toBe(CertificateState.ISSUED);
    // Behind the drawing nothing was stored yet.
    if (step === "face-drawn") expect(before).toBeUndefined();
    else expect(certificate.identifier).toBe(before?._id);
    const [after, ...others] = await documents();
    expect(others).toEqual([]);
    expect(after?.history.map(({ state }) => state)).toEqual(["making", "made", "issued"]);
    // A stored result is never signed again; a signature that was lost is, over the same intent.
    expect(agent.signed).toHaveLength(step === "issued-stored" ? 0 : 1);
    const events = await certificateEvents(next);
    expect(events.map(({ key }) => key)).toEqual([`${certificate.identifier}:3`]);
  });

  test("an intent that a version before has left is finished, even when the item has been closed since", async () => {
    const order = house.order();
    const { certificate } = await (await house.start()).issue.makeCertificate(order);
    const [made] = await documents();
    const collection = await house.runtime.store.collection<CertificateDocument>(CERTIFICATES);
    const message = canonicalJson({ ...JSON.parse(made?.message ?? ""), faces: [] });
    const history = made?.history.slice(0, 1) ?? [];
    await collection.replace({ ...(made as CertificateDocument), state: "making", changes: 1, message, history });
    house.catalog.refusals.set(LICENCE, new Refusal("ITEM_NOT_OPENED", "closed"));
    const finished = (await (await house.start()).issue.makeCertificate(order)).certificate;
    expect(finished).toMatchObject({ state: CertificateState.MADE, identifier: certificate?.identifier, revision: 2n });
  });
});

describe("a replacement and what it replaces never both answer as issued", () => {
  async function replacing(step: Step) {
    const first = await house.start();
    await first.startAgent();
    const old = await makeAndIssue(first, house.order());
    const dying = await dyingAt(step);
    await dying.startAgent();
    const order = house.order({}, old.identifier);
    await expect(makeAndIssue(dying, order, old.identifier)).rejects.toThrow(Killed);
    return { old, order };
  }

  test.each<Step>(["issued-stored", "predecessor-superseded"])("%s: the next start finishes it", async (step) => {
    const { old } = await replacing(step);
    const next = await house.start();
    const { identifier } = old;
    expect((await next.archive.getCertificate({ identifier })).record?.state).toBe(RecordState.SUPERSEDED);
    expect((await documents()).filter(({ superseding }) => superseding)).toEqual([]);
  });

  test.each<Step>(["issued-stored", "predecessor-superseded"])("%s: the repeated call finishes it", async (step) => {
    const running = await house.start();
    const { old, order } = await replacing(step);
    const next = await issue(running, order);
    const superseded = (await running.issue.getCertificate({ identifier: old.identifier })).certificate;
    expect([superseded?.state, superseded?.replacedBy]).toEqual([CertificateState.SUPERSEDED, next.identifier]);
    const events = await certificateEvents(running);
    const states = events.map(({ aggregateId, revision }) => `${aggregateId === next.identifier} ${revision}`);
    expect(states.sort()).toEqual(["false 3", "false 4", "true 3"]);
  });

  test("one that was revoked in the meantime stays revoked, and its replacement is not issued", async () => {
    const city = await house.start();
    await city.startAgent();
    const { identifier } = await makeAndIssue(city, house.order());
    const order = house.order({}, identifier);
    await city.issue.replaceCertificate({ ...order, replaces: identifier });
    await city.issue.revokeCertificate({ requestId: "v", identifier, cause: "注销" });
    await expect(issue(city, order)).rejects.toMatchObject({ reason: "STATE_CONFLICT" });
  });
});
