import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type ClockWatch, createClockWatch, UNWATCHED } from "../../services/host/clock-watch.ts";
import { type House, type Instance, openHouse, refusalOf } from "./house.ts";

const HOUR = 3_600_000;

describe("a city whose clock is set", () => {
  let house: House;
  let city: Instance;
  let clock: ClockWatch;
  const start = new Date(Date.now() + 10_000);

  beforeEach(async () => {
    house = await openHouse({ now: start.toISOString() });
    let told = false;
    // No time passes by itself: what moves the clock is a step.
    clock = createClockWatch({
      now: house.runtime.now,
      monotonic: () => 0,
      toleranceMs: 30_000,
      log: { error: () => (told = true), info: () => told },
    });
    Object.assign(house.runtime, { clock });
    city = await house.start();
    await city.connectAgent();
  });
  afterEach(() => house.close());

  const step = (ms: number) => house.setNow(new Date(start.getTime() + ms).toISOString());
  const orderOf = (serial: string) => house.order({ businessSerial: serial });

  test.each([2 * HOUR, -2 * HOUR])("by %i ms makes nothing and leaves nothing behind", async (by) => {
    step(by);
    await refusalOf(city.issue.makeCertificate(orderOf("step")), "CLOCK_WRONG");
    step(0);
    expect((await city.issue.makeCertificate(orderOf("step"))).certificate).toBeDefined();
  });

  test("between making and signing signs nothing, and issues the same certificate when it is put right", async () => {
    const asked = { businessSerial: "between" };
    await city.issue.makeCertificate(orderOf("between"));
    step(-2 * HOUR);
    await refusalOf(city.issue.issueCertificate(asked), "CLOCK_WRONG");
    expect(house.evidence.filter(({ kind }) => kind === "certificate-signing")).toEqual([]);
    step(0);
    const { certificate } = await city.issue.issueCertificate(asked);
    expect(certificate?.issuedAt).toBe(start.toISOString());
  });

  test("and that nobody could tell so, makes anew what was made ahead once it is put right", async () => {
    Object.assign(house.runtime, { clock: UNWATCHED });
    const blind = await house.start();
    step(2 * HOUR);
    await blind.issue.makeCertificate(orderOf("moment"));
    step(0);
    const { certificate } = await city.issue.issueCertificate({ businessSerial: "moment" });
    const { metadata } = JSON.parse(Buffer.from(certificate?.message ?? []).toString());
    expect(Date.parse(metadata.preparedAt)).toBeLessThanOrEqual(start.getTime());
    expect(certificate?.issuedAt).toBe(start.toISOString());
  });

  test("while it is signed issues nothing that is older than its making", async () => {
    const asked = { businessSerial: "while" };
    await city.issue.makeCertificate(orderOf("while"));
    const next = await house.start({
      passed(passed) {
        if (passed === "signed-witnessed") step(-2 * HOUR);
      },
    });
    await next.connectAgent();
    await refusalOf(next.issue.issueCertificate(asked), "CLOCK_WRONG");
  });

  test("while a change is witnessed stores no state of another time", async () => {
    await city.issue.makeCertificate(orderOf("change"));
    const issued = await city.issue.issueCertificate({ businessSerial: "change" });
    const { evidence } = house.runtime;
    const append: typeof evidence.append = async (kind, body) => {
      await evidence.append(kind, body);
      if (kind === "certificate-changing") step(2 * HOUR);
    };
    Object.assign(house.runtime, { evidence: { append } });
    const striking = await house.start();
    const identifier = issued.certificate?.identifier ?? "";
    const revocation = { identifier, requestId: "once", cause: "注销登记" };
    await refusalOf(striking.issue.revokeCertificate(revocation), "CLOCK_WRONG");
    step(0);
    Object.assign(house.runtime, { evidence });
    const { certificate } = await (await house.start()).issue.revokeCertificate(revocation);
    expect(certificate?.stateSince).toBe(start.toISOString());
  });

  test("over a restart makes nothing before the time of its newest certificate, until a source says that it is right", async () => {
    const asked = { businessSerial: "newest" };
    await city.issue.makeCertificate(orderOf("newest"));
    await city.issue.issueCertificate(asked);
    step(-2 * HOUR);
    const fresh = createClockWatch({
      now: house.runtime.now,
      monotonic: () => 0,
      toleranceMs: 30_000,
      log: { error: () => {}, info: () => {} },
    });
    Object.assign(house.runtime, { clock: fresh });
    const again = await house.start();
    const refused = await refusalOf(again.issue.makeCertificate(orderOf("after")), "CLOCK_WRONG");
    expect(refused.message).toContain("by the newest time that this node has stored");
    fresh.observed("node 440000", 0, 10);
    expect(() => fresh.require()).not.toThrow();
  });
});
